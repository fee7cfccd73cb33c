"""Questions about the desk."""

from gatehouse.helpdesk.queries.desk import (
    DeskNow as DeskNow,
    Here as Here,
    courses as courses,
    desk_now as desk_now,
    here_now as here_now,
    is_in_use as is_in_use,
    next_holidays as next_holidays,
    notices_now as notices_now,
    rooms as rooms,
    sections_now as sections_now,
    week as week,
)
from gatehouse.helpdesk.queries.live import (
    Standing as Standing,
    read_standings as read_standings,
    standing_of as standing_of,
)
from gatehouse.helpdesk.queries.queue import (
    Line as Line,
    Place as Place,
    desk as desk,
    line as line,
    on_duty as on_duty,
    pace as pace,
    place_of as place_of,
    shifts_now as shifts_now,
    stamp as stamp,
    version as version,
    waiting as waiting,
)
from gatehouse.helpdesk.queries.tickets import (
    Together as Together,
    others_like as others_like,
    own_open as own_open,
    own_tickets as own_tickets,
    recent_courses as recent_courses,
    same_assignment as same_assignment,
    same_open as same_open,
)
