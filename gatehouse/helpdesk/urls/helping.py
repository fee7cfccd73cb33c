"""Addresses of those who help: the queue, the ticket in hand, shifts."""

from django.urls import URLPattern, URLResolver, path

from gatehouse.helpdesk.views import adding, changing, closing, every_ticket, helping, queue, shifts, talking

urlpatterns: list[URLPattern | URLResolver] = [
    path("manage/help/queue", queue.queue, name="queue"),
    path("manage/help/queue/part", queue.queue_part, name="queue_part"),
    path("manage/help/queue/next", queue.help_next, name="help_next"),
    path("manage/help/queue/here", shifts.switch_shift, name="switch_shift"),
    path("manage/help/queue/shift", shifts.shift, name="shift"),
    path("manage/help/queue/shift/end", shifts.end_shift, name="end_shift"),
    path("manage/help/queue/add", adding.add_person, name="add_person"),
    path("manage/help/queue/add-past", adding.add_past, name="add_past"),
    path("manage/help/queue/tickets", every_ticket.all_tickets, name="all_tickets"),
    path("manage/help/queue/<int:pk>", helping.session, name="session"),
    path("manage/help/queue/<int:pk>/edit", changing.edit, name="edit_session"),
    path("manage/help/queue/<int:pk>/claim", helping.claim, name="claim"),
    path("manage/help/queue/<int:pk>/join", helping.join_help, name="join_help"),
    path("manage/help/queue/<int:pk>/leave", helping.leave_help, name="leave_help"),
    path("manage/help/queue/<int:pk>/hand-over", helping.hand_over, name="hand_over"),
    path("manage/help/queue/<int:pk>/call", helping.not_found, name="not_found"),
    path("manage/help/queue/<int:pk>/found", helping.found, name="found"),
    path("manage/help/queue/<int:pk>/move", changing.move_course, name="move_course"),
    path("manage/help/queue/<int:pk>/say", talking.say, name="say"),
    path("manage/help/queue/<int:pk>/note", talking.note, name="note"),
    path("manage/help/queue/<int:pk>/close", closing.close, name="close"),
    path("manage/help/queue/<int:pk>/undo-close", closing.undo_close, name="undo_close"),
    path("manage/help/queue/<int:pk>/reopen", closing.reopen, name="reopen_session"),
    path("manage/help/queue/<int:pk>/group", helping.group, name="group"),
    path("manage/help/queue/<int:pk>/ungroup", helping.ungroup, name="ungroup"),
    path("manage/help/queue/minutes/<int:pk>", closing.correct_minutes, name="correct_minutes"),
]
