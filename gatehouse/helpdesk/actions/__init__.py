"""What is done at the desk."""

from gatehouse.helpdesk.actions.adding import (
    Visitor as Visitor,
    add_back_dated as add_back_dated,
    add_walk_in as add_walk_in,
)
from gatehouse.helpdesk.actions.afterwards import rate_ticket as rate_ticket, reopen_ticket as reopen_ticket
from gatehouse.helpdesk.actions.asking import (
    Guest as Guest,
    confirm_guest as confirm_guest,
    remind_guest as remind_guest,
    submit_ticket as submit_ticket,
    write_guest_again as write_guest_again,
)
from gatehouse.helpdesk.actions.bookable import (
    add_hours as add_hours,
    edit_hours as edit_hours,
    remove_hours as remove_hours,
)
from gatehouse.helpdesk.actions.booking import (
    book_appointment as book_appointment,
    cancel_appointment as cancel_appointment,
    cancel_of_leavers as cancel_of_leavers,
    move_appointment as move_appointment,
)
from gatehouse.helpdesk.actions.calendars import calendar_link_of as calendar_link_of, renew_calendar as renew_calendar
from gatehouse.helpdesk.actions.checking_in import arrive as arrive, ask_at_kiosk as ask_at_kiosk, check_in as check_in
from gatehouse.helpdesk.actions.closing import (
    close_ticket as close_ticket,
    correct_minutes as correct_minutes,
    undo_close as undo_close,
)
from gatehouse.helpdesk.actions.grouping import group_tickets as group_tickets, ungroup_ticket as ungroup_ticket
from gatehouse.helpdesk.actions.helping import (
    claim_ticket as claim_ticket,
    help_next as help_next,
    join_help as join_help,
    leave_help as leave_help,
)
from gatehouse.helpdesk.actions.noticing import (
    ask_ratings as ask_ratings,
    end_absences as end_absences,
    forget_guests as forget_guests,
    send_receipts as send_receipts,
    tell_near as tell_near,
    tell_turns as tell_turns,
)
from gatehouse.helpdesk.actions.opening import (
    begin_appointment as begin_appointment,
    open_due_appointments as open_due_appointments,
)
from gatehouse.helpdesk.actions.passing_on import (
    end_calls as end_calls,
    found as found,
    hand_over as hand_over,
    move_course as move_course,
    not_found as not_found,
)
from gatehouse.helpdesk.actions.people import (
    end_shifts_of_leavers as end_shifts_of_leavers,
    erase_asker as erase_asker,
    give_tickets_to_kept as give_tickets_to_kept,
)
from gatehouse.helpdesk.actions.queue import queue_moved as queue_moved
from gatehouse.helpdesk.actions.reminding import remind_of_appointments as remind_of_appointments
from gatehouse.helpdesk.actions.screens import (
    close_all_kiosks as close_all_kiosks,
    close_kiosk as close_kiosk,
    open_kiosk as open_kiosk,
)
from gatehouse.helpdesk.actions.shifts import end_shift as end_shift, start_shift as start_shift
from gatehouse.helpdesk.actions.talking import note as note, say as say
from gatehouse.helpdesk.actions.waiting import (
    ask_more as ask_more,
    choose_notice as choose_notice,
    come_back as come_back,
    edit_ticket as edit_ticket,
    join_others as join_others,
    step_away as step_away,
    withdraw_ticket as withdraw_ticket,
)
