"""Addresses of the help desk: /help for whoever asks, /manage/help for those who help and run it."""

from gatehouse.helpdesk.urls import asking, helping, reporting, running, screens

app_name = "helpdesk"
urlpatterns = [
    *asking.urlpatterns,
    *screens.urlpatterns,
    *helping.urlpatterns,
    *reporting.urlpatterns,
    *running.urlpatterns,
]
