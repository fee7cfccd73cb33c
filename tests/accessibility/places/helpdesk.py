"""Addresses of the help desk."""

from collections.abc import Callable
from typing import Any

from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import Course
from gatehouse.helpdesk.tests.visiting import a_busy_desk
from tests.accessibility import help_desk
from tests.accessibility.college import College, a_file_of_the_desk
from tests.accessibility.places.row import Row


def of_kind(slug: str) -> Callable[[College], dict[str, Any]]:
    return lambda _college: {"kind": slug}


def first_of(slug: str) -> Callable[[College], dict[str, Any]]:
    return lambda _college: {"kind": slug, "pk": KINDS[slug].model.objects.first().pk}


def a_course(_college: College) -> dict[str, Any]:
    return {"pk": Course.objects.get(number="1400").pk}


LISTED = [slug for slug in KINDS if slug != "staff"]


ROWS = [
    Row("helpdesk:desk", "anonymous", help_desk.of_open),
    Row("helpdesk:desk", "member", help_desk.of_open),
    Row("helpdesk:ask", "anonymous", help_desk.of_open),
    Row("helpdesk:ask", "member", help_desk.of_open),
    Row("helpdesk:asked", "anonymous", lambda _college: {"token": help_desk.asked()}),
    Row("helpdesk:confirm", "anonymous", lambda _college: {"token": help_desk.to_confirm()}),
    Row("helpdesk:confirm", "anonymous", lambda _college: {"token": "over"}, status=404),
    Row("helpdesk:desk", "anonymous", note="not set up"),
    Row("helpdesk:book", "member"),
    Row("helpdesk:book", "member", lambda college: help_desk.times(college.maya, ()), note="bookable"),
    Row("helpdesk:book_times", "member", lambda college: help_desk.times(college.maya, ("course",))),
    Row("helpdesk:book_times", "member", lambda _college: help_desk.nothing_free(), note="nothing"),
    Row("helpdesk:confirm_booking", "member", lambda college: help_desk.times(college.maya, ("course", "at"))),
    Row("helpdesk:confirm_booking", "member", lambda college: help_desk.gone(college.maya), status=409, note="gone"),
    *[
        Row("helpdesk:appointment", "member", lambda college, s=state: help_desk.booked(college.maya, s), note=state)
        for state in ("ahead", "cancelled", "begun")
    ],
    Row("helpdesk:appointment", "owner", lambda college: help_desk.booked(college.maya, "ahead"), note="of others"),
    Row("helpdesk:move_appointment", "member", lambda college: help_desk.booked(college.maya, "ahead")),
    Row("helpdesk:confirm_move", "member", lambda college: help_desk.moving(college.maya)),
    Row("helpdesk:cancel_appointment", "member", lambda college: help_desk.booked(college.maya, "ahead")),
    Row("helpdesk:calendar", "member"),
    Row("helpdesk:given", "owner"),
    Row("helpdesk:given", "owner", lambda college: help_desk.given(college.ruth), note="some"),
    Row("helpdesk:own_hours", "owner"),
    Row("helpdesk:own_hours", "owner", lambda college: help_desk.given(college.ruth), note="some"),
    Row("helpdesk:edit_hours", "owner", lambda college: help_desk.hours_of(college.ruth)),
    Row("helpdesk:hours_of", "owner", lambda college: {"pk": college.twin.pk}),
    Row("helpdesk:queue", "owner", lambda college: help_desk.given(college.ruth), note="booked today"),
    Row("helpdesk:tickets", "member", lambda college: help_desk.times(college.maya, ()), note="booked"),
    Row("helpdesk:tickets", "member"),
    Row("helpdesk:tickets", "member", lambda college: help_desk.of_own(college.maya), note="some"),
    Row("web:home", "member", help_desk.of_open, note="desk"),
    Row("web:home", "anonymous", help_desk.of_open, note="desk"),
    *[
        Row("helpdesk:ticket", "anonymous", lambda _college, state=state: help_desk.in_state(state), note=state)
        for state in help_desk.STATES
    ],
    Row("helpdesk:ticket", "member", lambda college: help_desk.in_state("waiting", college.maya), note="own"),
    Row("helpdesk:edit_ticket", "anonymous", lambda _college: help_desk.in_state("waiting")),
    Row("helpdesk:queue", "owner"),
    Row("helpdesk:queue", "member", status=403),
    Row("helpdesk:queue", "owner", lambda college: help_desk.with_shift(college.ruth), note="at work"),
    Row("helpdesk:queue", "owner", help_desk.of_open, query="?q=nobody"),
    *[
        Row(
            "helpdesk:session", "owner", lambda college, state=state: help_desk.in_hand(state, college.ruth), note=state
        )
        for state in help_desk.HANDS
    ],
    Row("helpdesk:move_course", "owner", lambda college: help_desk.in_hand("helped", college.ruth)),
    Row("helpdesk:edit_session", "owner", lambda college: help_desk.in_hand("helped", college.ruth)),
    Row("helpdesk:correct_minutes", "owner", lambda college: help_desk.helped_once(college.ruth)),
    Row("helpdesk:shift", "owner", help_desk.of_open),
    Row("helpdesk:end_shift", "owner", lambda college: help_desk.with_shift(college.ruth)),
    Row("helpdesk:add_person", "owner", help_desk.of_open),
    Row("helpdesk:add_past", "owner", help_desk.of_open),
    Row("helpdesk:tell", "owner"),
    Row("helpdesk:all_tickets", "owner", help_desk.of_open),
    Row("helpdesk:all_tickets", "owner", query="?state=closed"),
    Row("helpdesk:rate", "anonymous", lambda _college: help_desk.in_state("closed"), query="?stars=4"),
    Row("helpdesk:reports", "owner"),
    Row("helpdesk:reports", "owner", lambda _college: a_busy_desk(), note="busy"),
    Row("helpdesk:reports", "owner", lambda _college: a_busy_desk(), query="?names=1", note="busy"),
    Row("helpdesk:reports", "owner", query="?period=own&from=2026-10-02&to=2026-10-01", status=422),
    Row("helpdesk:reports", "member", status=403),
    Row("helpdesk:report_table", "owner", lambda _college: a_busy_desk() | {"name": "course"}),
    Row("helpdesk:saved_reports", "owner"),
    Row("helpdesk:saved_reports", "owner", lambda college: a_busy_desk(college.ruth), note="busy"),
    Row("helpdesk:kiosk", "anonymous"),
    Row("helpdesk:kiosk", "owner", lambda _college: help_desk.with_pin(), note="to be opened"),
    Row("helpdesk:board", "anonymous"),
    Row("helpdesk:board", "anonymous", lambda college: help_desk.on_the_wall(college.ruth), note="busy"),
    Row("helpdesk:screens", "owner"),
    Row("helpdesk:screens", "member", status=403),
    Row("helpdesk:poster", "owner"),
    Row("helpdesk:poster", "owner", help_desk.of_open, query="?language=together", note="rooms"),
    Row("helpdesk:manage", "owner"),
    Row("helpdesk:limits", "owner"),
    Row("helpdesk:imports", "owner"),
    *[
        Row("helpdesk:import", "owner", lambda _c, u=until: a_file_of_the_desk(u), note=until)
        for until in ("checked", "applied")
    ],
    Row("helpdesk:import", "owner", lambda _college: a_file_of_the_desk("checked"), query="?show=missing"),
    Row("helpdesk:staff", "owner"),
    Row("helpdesk:staff", "owner", query="?find=maya"),
    Row("helpdesk:tutor", "owner", lambda college: {"pk": college.twin.pk}),
    Row("helpdesk:course_tutors", "owner", a_course),
    Row("helpdesk:course_tutors", "owner", a_course, query="?find=maya"),
    *[Row("helpdesk:entries", "owner", of_kind(slug), note=slug) for slug in LISTED],
    Row("helpdesk:entries", "owner", of_kind("courses"), query="?state=archived"),
    Row("helpdesk:entries", "owner", of_kind("courses"), query="?q=nothing"),
    *[
        Row("helpdesk:add_entry", "owner", of_kind(slug), note=slug)
        for slug in ("courses", "semesters", "sections", "hours")
    ],
    *[
        Row("helpdesk:entry", "owner", first_of(slug), note=slug)
        for slug in ("courses", "sections", "notices", "answers")
    ],
]
POSTED = {
    "helpdesk:add_course", "helpdesk:apply_import", "helpdesk:archive_entry", "helpdesk:ask_more",
    "helpdesk:begin_appointment", "helpdesk:remove_hours", "helpdesk:renew_calendar",
    "helpdesk:claim", "helpdesk:close", "helpdesk:close_kiosks", "helpdesk:kiosk_code", "helpdesk:kiosk_picture",
    "helpdesk:open_kiosk", "helpdesk:come_back", "helpdesk:delete_report", "helpdesk:end_course",
    "helpdesk:end_course_tutor", "helpdesk:found", "helpdesk:group", "helpdesk:hand_over", "helpdesk:help_next",
    "helpdesk:join", "helpdesk:join_help", "helpdesk:leave_help", "helpdesk:not_found", "helpdesk:note",
    "helpdesk:notice", "helpdesk:remove_entry", "helpdesk:reopen", "helpdesk:reopen_session",
    "helpdesk:restore_entry", "helpdesk:return_entry", "helpdesk:save_report", "helpdesk:say",
    "helpdesk:send_again", "helpdesk:set_course_tutor", "helpdesk:step_away", "helpdesk:stop_helping",
    "helpdesk:switch_monthly", "helpdesk:switch_shift", "helpdesk:undo_close", "helpdesk:undo_import",
    "helpdesk:ungroup", "helpdesk:withdraw",
}  # fmt: skip
NO_PAGES = {
    "helpdesk:others": "a part of helpdesk:ask, and drawn there",
    "helpdesk:desk_part": "a part of helpdesk:desk, and drawn there",
    "helpdesk:queue_part": "a part of helpdesk:queue, and drawn there",
    "helpdesk:live": "a part of helpdesk:ticket, and drawn there",
    "helpdesk:board_live": "a part of helpdesk:board, and drawn there",
    "helpdesk:kiosk_name": "on an open check-in screen: see test_kiosk.py",
    "helpdesk:kiosk_course": "on an open check-in screen: see test_kiosk.py",
    "helpdesk:kiosk_about": "on an open check-in screen: see test_kiosk.py",
    "helpdesk:kiosk_done": "on an open check-in screen: see test_kiosk.py",
    "helpdesk:leave_kiosk": "on an open check-in screen: see test_kiosk.py",
    "helpdesk:file": "a file",
    "helpdesk:appointment_file": "a file",
    "helpdesk:calendar_file": "a file",
    "helpdesk:file_by_link": "a file",
    "helpdesk:export_entries": "a file",
    "helpdesk:template": "a file",
    "helpdesk:report_file": "a file",
    "helpdesk:tickets_file": "a file",
}
