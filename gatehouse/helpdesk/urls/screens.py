"""Addresses of the screens in the room: check-in, the wall board, and the poster on the door."""

from django.urls import URLPattern, URLResolver, path

from gatehouse.helpdesk import live
from gatehouse.helpdesk.views import board, kiosk, screens

urlpatterns: list[URLPattern | URLResolver] = [
    path("help/kiosk", kiosk.kiosk, name="kiosk"),
    path("help/kiosk/open", kiosk.open_kiosk, name="open_kiosk"),
    path("help/kiosk/leave", kiosk.leave_kiosk, name="leave_kiosk"),
    path("help/kiosk/code", kiosk.kiosk_code, name="kiosk_code"),
    path("help/kiosk/picture", kiosk.kiosk_picture, name="kiosk_picture"),
    path("help/kiosk/name", kiosk.kiosk_name, name="kiosk_name"),
    path("help/kiosk/course", kiosk.kiosk_course, name="kiosk_course"),
    path("help/kiosk/about", kiosk.kiosk_about, name="kiosk_about"),
    path("help/kiosk/done", kiosk.kiosk_done, name="kiosk_done"),
    path("help/board", board.board, name="board"),
    path("help/board/live", live.wall, name="board_live"),
    path("manage/help/screens", screens.screens, name="screens"),
    path("manage/help/screens/close", screens.close_kiosks, name="close_kiosks"),
    path("manage/help/poster", screens.poster, name="poster"),
]
