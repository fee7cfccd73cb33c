"""Questions about the desk."""

from gatehouse.helpdesk.queries.queue import (
    Line as Line,
    Place as Place,
    desk as desk,
    line as line,
    on_duty as on_duty,
    pace as pace,
    place_of as place_of,
    same_open as same_open,
    shifts_now as shifts_now,
    version as version,
    waiting as waiting,
)
