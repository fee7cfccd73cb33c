"""Addresses of the outbox, and of the link that stops letters."""

from django.urls import path

from gatehouse.mail.views import letters, outbox, stops, unsubscribing

app_name = "mail"
urlpatterns = [
    path("manage/mail", outbox.outbox, name="outbox"),
    path("manage/mail/pause", outbox.pause, name="pause"),
    path("manage/mail/resume", outbox.resume, name="resume"),
    path("manage/mail/letters/send-again", outbox.send_again, name="send_again"),
    path("manage/mail/letters/hold", outbox.hold, name="hold"),
    path("manage/mail/letters/<int:pk>", letters.letter, name="letter"),
    path("manage/mail/letters/<int:pk>/html", letters.letter_html, name="letter_html"),
    path("manage/mail/letters/<int:pk>/resend", letters.resend, name="resend"),
    path("manage/mail/stops", stops.stops, name="stops"),
    path("manage/mail/stops/add", stops.add, name="add_stop"),
    path("manage/mail/stops/<int:pk>/lift", stops.lift, name="lift_stop"),
    path("letters/<str:token>/unsubscribe", unsubscribing.unsubscribe, name="unsubscribe"),
]
