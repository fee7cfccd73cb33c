"""What is done at the desk."""

from gatehouse.helpdesk.actions.adding import (
    Visitor as Visitor,
    add_back_dated as add_back_dated,
    add_walk_in as add_walk_in,
)
from gatehouse.helpdesk.actions.asking import Guest as Guest, submit_ticket as submit_ticket
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
from gatehouse.helpdesk.actions.passing_on import (
    end_calls as end_calls,
    found as found,
    hand_over as hand_over,
    move_course as move_course,
    not_found as not_found,
)
from gatehouse.helpdesk.actions.queue import queue_moved as queue_moved
from gatehouse.helpdesk.actions.shifts import end_shift as end_shift, start_shift as start_shift
from gatehouse.helpdesk.actions.talking import note as note, say as say
