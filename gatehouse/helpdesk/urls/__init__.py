"""Addresses of the help desk: /help for whoever asks, /manage/help for those who help and run it."""

from gatehouse.helpdesk.urls import asking, booking, helping, reporting, running, screens, telling

app_name = "helpdesk"
urlpatterns = [
    *asking.urlpatterns,
    *booking.urlpatterns,
    *helping.urlpatterns,
    *reporting.urlpatterns,
    *screens.urlpatterns,
    *telling.urlpatterns,
    *running.urlpatterns,
]
