"""Addresses of appointments: for whoever books, for tutors, and for calendars."""

from django.urls import URLPattern, URLResolver, path

from gatehouse.helpdesk.views import appointments, bookable, booking

urlpatterns: list[URLPattern | URLResolver] = [
    path("help/book", booking.book, name="book"),
    path("help/book/<int:course>", booking.times, name="book_times"),
    path("help/book/<int:course>/<int:at>", booking.confirm, name="confirm_booking"),
    path("help/appointments/<int:pk>", appointments.appointment, name="appointment"),
    path("help/appointments/<int:pk>/move", booking.move, name="move_appointment"),
    path("help/appointments/<int:pk>/move/<int:at>", booking.move, name="confirm_move"),
    path("help/appointments/<int:pk>/cancel", appointments.cancel, name="cancel_appointment"),
    path("help/appointments/<str:token>.ics", appointments.appointment_file, name="appointment_file"),
    path("help/calendar", appointments.calendar, name="calendar"),
    path("help/calendar/renew", appointments.renew_calendar, name="renew_calendar"),
    path("help/calendar/<str:token>.ics", appointments.calendar_file, name="calendar_file"),
    path("manage/help/appointments", bookable.given, name="given"),
    path("manage/help/appointments/<int:pk>/begin", bookable.begin, name="begin_appointment"),
    path("manage/help/bookable", bookable.own_hours, name="own_hours"),
    path("manage/help/bookable/<int:pk>", bookable.edit_hours, name="edit_hours"),
    path("manage/help/bookable/<int:pk>/remove", bookable.remove_hours, name="remove_hours"),
    path("manage/help/staff/<uuid:pk>/bookable", bookable.hours_of, name="hours_of"),
]
