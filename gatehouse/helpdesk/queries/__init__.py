"""Questions about the desk."""

from gatehouse.helpdesk.queries.answers import answers_to as answers_to
from gatehouse.helpdesk.queries.appointments import (
    PROMISED_FOR as PROMISED_FOR,
    appointments_with as appointments_with,
    booked_by as booked_by,
    calendar_stamp as calendar_stamp,
    card_words as card_words,
    due_for_letter as due_for_letter,
    due_to_open as due_to_open,
    given_ahead as given_ahead,
    given_today as given_today,
    in_calendar_of as in_calendar_of,
    own_ahead as own_ahead,
    promised_to as promised_to,
    promised_to_others as promised_to_others,
    whole as whole,
)
from gatehouse.helpdesk.queries.booking import (
    Offer as Offer,
    block_of as block_of,
    bookable_courses as bookable_courses,
    first_day_with as first_day_with,
    hours_of as hours_of,
    is_bookable as is_bookable,
    last_day as last_day,
    next_offers as next_offers,
    offers as offers,
    tutors_for as tutors_for,
)
from gatehouse.helpdesk.queries.counts import PersonCounts as PersonCounts, person_counts as person_counts
from gatehouse.helpdesk.queries.desk import (
    DeskNow as DeskNow,
    Here as Here,
    courses as courses,
    desk_now as desk_now,
    here_now as here_now,
    is_in_use as is_in_use,
    next_holidays as next_holidays,
    notices_on as notices_on,
    rooms as rooms,
    sections_now as sections_now,
    week as week,
)
from gatehouse.helpdesk.queries.lines import (
    Waiting as Waiting,
    Wanted as Wanted,
    every_ticket as every_ticket,
    group_sizes as group_sizes,
    lines_of as lines_of,
    narrowed as narrowed,
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
    news_now as news_now,
    not_over as not_over,
    on_duty as on_duty,
    pace as pace,
    place_of as place_of,
    shifts_now as shifts_now,
    stamp as stamp,
    version as version,
    waiting as waiting,
)
from gatehouse.helpdesk.queries.screens import (
    appointment_today as appointment_today,
    departments as departments,
    has_pin as has_pin,
    kiosk_round as kiosk_round,
    open_of as open_of,
    open_of_guest as open_of_guest,
    who_is as who_is,
)
from gatehouse.helpdesk.queries.session import (
    Given as Given,
    answers_for as answers_for,
    given as given,
    mates_of as mates_of,
    person_by as person_by,
    similar_to as similar_to,
    since as since,
    visits_of as visits_of,
)
from gatehouse.helpdesk.queries.sums import (
    Sums as Sums,
    sums as sums,
    usual_wait as usual_wait,
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
from gatehouse.helpdesk.queries.tutors import (
    Hand as Hand,
    courses_of as courses_of,
    hands_on as hands_on,
    helper_of as helper_of,
    in_hand_of as in_hand_of,
    last_shift_of as last_shift_of,
    led_by as led_by,
    shift_of as shift_of,
)
from gatehouse.helpdesk.queries.wall import (
    Board as Board,
    board as board,
    number_of as number_of,
    read_board as read_board,
    sign as sign,
)
