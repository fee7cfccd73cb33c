"""Addresses of those who ask."""

from django.urls import URLPattern, URLResolver, path

from gatehouse.helpdesk import live
from gatehouse.helpdesk.views import asking, tickets

urlpatterns: list[URLPattern | URLResolver] = [
    path("help", asking.desk, name="desk"),
    path("help/ask", asking.ask, name="ask"),
    path("help/ask/others", asking.others, name="others"),
    path("help/asked/<str:token>", asking.asked, name="asked"),
    path("help/asked/<str:token>/again", asking.send_again, name="send_again"),
    path("help/confirm/<str:token>", asking.confirm, name="confirm"),
    path("help/files/<int:pk>", tickets.file, name="file"),
    path("help/tickets", tickets.tickets, name="tickets"),
    path("help/tickets/<str:token>", tickets.ticket, name="ticket"),
    path("help/tickets/<str:token>/live", live.place, name="live"),
    path("help/tickets/<str:token>/edit", tickets.edit, name="edit_ticket"),
    path("help/tickets/<str:token>/step-away", tickets.step_away, name="step_away"),
    path("help/tickets/<str:token>/come-back", tickets.come_back, name="come_back"),
    path("help/tickets/<str:token>/leave", tickets.withdraw, name="withdraw"),
    path("help/tickets/<str:token>/reopen", tickets.reopen, name="reopen"),
    path("help/tickets/<str:token>/messages", tickets.ask_more, name="ask_more"),
    path("help/tickets/<str:token>/notice", tickets.notice, name="notice"),
    path("help/tickets/<str:token>/join", tickets.join, name="join"),
    path("help/tickets/<str:token>/rate", tickets.rate, name="rate"),
    path("help/tickets/<str:token>/files/<int:pk>", tickets.file_by_link, name="file_by_link"),
]
