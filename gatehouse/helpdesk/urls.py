"""Addresses of the help desk: /help for whoever asks, /manage/help for those who help and run it."""

from django.urls import URLPattern, URLResolver

app_name = "helpdesk"
urlpatterns: list[URLPattern | URLResolver] = []
