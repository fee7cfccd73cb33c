"""Addresses of the outbox, and of the link that stops letters."""

from django.urls import path

from gatehouse.mail import views

app_name = "mail"
urlpatterns = [
    path("letters/<str:token>/unsubscribe", views.unsubscribe, name="unsubscribe"),
]
