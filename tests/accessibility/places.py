"""Every address of the portal: who sees what there, or why it is no page. A test holds this against the addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from gatehouse.core import clock
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import Course
from gatehouse.helpdesk.tests.visiting import a_busy_desk
from gatehouse.passes import card_links
from gatehouse.passes.tests import desk, drafting
from gatehouse.passes.tests.factories import a_certificate
from tests.accessibility import help_desk
from tests.accessibility.college import College, a_file_of_the_desk, an_import, google_refused


@dataclass(frozen=True)
class Row:
    """One page as one of `anonymous`, `member` and `owner` sees it; `of` gives what stands in its address."""

    name: str
    who: str
    of: Callable[[College], dict[str, Any]] = lambda _college: {}
    query: str = ""
    status: int = 200
    note: str = ""

    def __str__(self) -> str:
        return f"{self.who}-{self.name}{self.query}{self.note and '-'}{self.note}"

    def address(self, college: College) -> str:
        return reverse(self.name, kwargs=self.of(college)) + self.query


def four_designs(_college: College) -> dict[str, Any]:
    drafting.four()
    return {}


def of_maya(college: College) -> dict[str, Any]:
    return {"pk": college.maya.pk}


def certificates(_college: College) -> dict[str, Any]:
    """One retired, one that ends soon, one that ended."""
    a_certificate(again=1)
    a_certificate(expires_at=clock.now() + timedelta(days=5, hours=1))
    a_certificate("pass.org.example.gift-cards", is_test=False, expires_at=clock.now())
    return {}


def of_kind(slug: str) -> Callable[[College], dict[str, Any]]:
    return lambda _college: {"kind": slug}


def first_of(slug: str) -> Callable[[College], dict[str, Any]]:
    return lambda _college: {"kind": slug, "pk": KINDS[slug].model.objects.first().pk}


def a_course(_college: College) -> dict[str, Any]:
    return {"pk": Course.objects.get(number="1400").pk}


LISTED = [slug for slug in KINDS if slug != "staff"]
ROWS = [
    Row("web:home", "anonymous"),
    Row("web:home", "member"),
    Row("web:home", "owner"),
    Row("web:guide", "anonymous"),
    Row("web:guide_page", "anonymous", lambda _college: {"slug": "reference/roster-files"}),
    Row("web:guide_page", "owner", lambda _college: {"slug": "guide/people"}),
    Row("web:guide_page", "anonymous", lambda _college: {"slug": "nothing"}, status=404),
    Row("web:offline", "anonymous"),
    Row("helpdesk:desk", "anonymous", help_desk.of_open),
    Row("helpdesk:desk", "member", help_desk.of_open),
    Row("helpdesk:ask", "anonymous", help_desk.of_open),
    Row("helpdesk:ask", "member", help_desk.of_open),
    Row("helpdesk:asked", "anonymous", lambda _college: {"token": help_desk.asked()}),
    Row("helpdesk:confirm", "anonymous", lambda _college: {"token": help_desk.to_confirm()}),
    Row("helpdesk:confirm", "anonymous", lambda _college: {"token": "over"}, status=404),
    Row("helpdesk:desk", "anonymous", note="not set up"),
    Row("helpdesk:tickets", "member"),
    Row("helpdesk:tickets", "member", lambda college: help_desk.of_own(college.maya), note="some"),
    Row("web:home", "member", help_desk.of_open, note="desk"),
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
    Row("helpdesk:all_tickets", "owner", help_desk.of_open),
    Row("helpdesk:all_tickets", "owner", query="?state=closed"),
    Row("helpdesk:rate", "anonymous", lambda _college: help_desk.in_state("closed"), query="?stars=4"),
    Row("web:manage", "owner"),
    Row("web:manage", "member", status=403),
    Row("web:parts", "owner"),
    Row("web:organisation", "owner"),
    Row("web:jobs", "owner"),
    Row("journal:journal", "owner"),
    Row("journal:journal", "owner", query="?who=nobody"),
    Row("journal:journal", "owner", query="?verb=none.such", status=422),
    Row("identity:sign_in", "anonymous"),
    Row("identity:code", "asking"),
    Row("identity:link", "anonymous", lambda college: {"text": college.link}),
    Row("identity:link", "asking", lambda college: {"text": college.link}),
    Row("identity:password", "anonymous"),
    Row("identity:me", "member"),
    Row("identity:address", "member"),
    Row("identity:own_password", "member"),
    Row("identity:sessions", "member"),
    Row("identity:sessions_of", "owner", lambda college: {"person_id": college.maya.pk}),
    Row("mail:unsubscribe", "anonymous", lambda college: {"token": college.unsubscribe}),
    Row("mail:outbox", "owner"),
    Row("mail:outbox", "owner", query="?q=brnt"),
    Row("mail:letter", "owner", lambda college: {"pk": college.letter.pk}),
    Row("mail:stops", "owner"),
    Row("passes:card", "member"),
    Row("passes:card", "owner", note="none"),
    Row("passes:card_of", "member", lambda college: {"serial": college.card.serial}),
    Row("passes:large", "member"),
    Row("passes:large_of", "member", lambda college: {"serial": college.card.serial}),
    Row("passes:stop", "member", lambda college: {"serial": college.card.serial}),
    Row("passes:link", "anonymous", lambda college: {"token": card_links.token(college.card.serial)}),
    Row("passes:link", "anonymous", lambda _college: {"token": "changed"}, status=404, note="changed"),
    Row("passes:link", "anonymous", lambda college: {"token": college.stopped}, status=410, note="stopped"),
    Row("passes:send", "owner"),
    Row("passes:mailing", "owner", lambda college: {"pk": college.draft.pk}),
    Row("passes:mailing", "owner", lambda college: {"pk": college.mailing.pk}, note="asked"),
    Row("passes:confirm_mailing", "owner", lambda college: {"pk": college.draft.pk}),
    Row("passes:desk_code", "owner", lambda college: {"serial": college.card.serial}),
    Row("passes:certificates", "owner", note="none yet"),
    Row("passes:certificates", "owner", certificates, note="three"),
    Row("passes:dashboard", "owner"),
    Row("passes:cards", "owner"),
    Row("passes:cards", "owner", query="?state=failed"),
    Row("passes:card_page", "owner", lambda _college: {"serial": desk.a_held_card().serial}),
    Row("passes:card_page", "owner", lambda _college: {"serial": desk.a_gift_card().serial}, note="gift"),
    Row("passes:stop_card", "owner", lambda _college: {"serial": desk.a_gift_card().serial}),
    Row("passes:replace_card", "owner", lambda _college: {"serial": desk.a_held_card().serial}),
    Row("passes:issue", "owner"),
    Row("passes:batch", "owner", lambda _college: {"pk": desk.a_batch().pk}, note="made"),
    Row("passes:batch", "owner", lambda _college: {"pk": desk.a_draft().pk}, note="draft"),
    Row("passes:batch", "owner", lambda _college: {"pk": desk.a_waiting_batch().pk}, note="waiting"),
    Row("passes:scan", "owner"),
    Row("passes:certificates", "owner"),
    Row("passes:retire_certificate", "owner", lambda _college: {"pk": a_certificate().pk}),
    Row("passes:google", "owner"),
    Row("passes:google", "owner", google_refused, note="refused"),
    Row("passes:forget_google", "owner"),
    Row("passes:google_save", "anonymous", lambda _college: {"token": "broken"}, status=400),
    Row("helpdesk:reports", "owner"),
    Row("helpdesk:reports", "owner", lambda _college: a_busy_desk(), note="busy"),
    Row("helpdesk:reports", "owner", lambda _college: a_busy_desk(), query="?names=1", note="busy"),
    Row("helpdesk:reports", "owner", query="?period=own&from=2026-10-02&to=2026-10-01", status=422),
    Row("helpdesk:reports", "member", status=403),
    Row("helpdesk:report_table", "owner", lambda _college: a_busy_desk() | {"name": "course"}),
    Row("helpdesk:saved_reports", "owner"),
    Row("helpdesk:saved_reports", "owner", lambda college: a_busy_desk(college.ruth), note="busy"),
    Row("people:rosters", "owner"),
    Row("people:roster_columns", "owner", lambda _college: an_import("uploaded")),
    *[
        Row("people:roster", "owner", lambda _college, state=state: an_import(state), note=state)
        for state in ("reading", "checked", "applied", "refused")
    ],
    Row("people:roster", "owner", lambda _college: an_import("checked"), query="?show=doubtful"),
    Row("people:undo_roster", "owner", lambda _college: an_import("applied")),
    Row("people:people", "owner"),
    Row("people:people", "owner", query="?q=nobody"),
    Row("people:add_person", "owner"),
    Row("people:person", "owner", of_maya),
    Row("people:edit_person", "owner", of_maya),
    Row("people:erase_person", "owner", of_maya),
    Row("people:find_twin", "owner", of_maya),
    Row("people:merge", "owner", lambda college: {"pk": college.maya.pk, "other": college.twin.pk}),
    Row("people:add_membership", "owner", of_maya),
    Row("people:memberships", "owner"),
    Row("people:membership", "owner", lambda college: {"pk": college.membership.pk}),
    Row("people:roles", "owner"),
    Row("people:add_role", "owner"),
    Row("people:role", "owner", lambda _college: {"slug": "greeter"}),
    Row("people:edit_role", "owner", lambda _college: {"slug": "greeter"}),
    Row("people:groups", "owner"),
    Row("people:add_group", "owner"),
    Row("people:group", "owner", lambda college: {"pk": college.group.pk}),
    Row("people:group", "owner", lambda college: {"pk": college.group.pk}, query="?find=thao"),
    Row("people:edit_group", "owner", lambda college: {"pk": college.group.pk}),
    Row("passes:designs", "owner", note="none"),
    Row("passes:designs", "owner", four_designs, note="four"),
    Row("passes:designs", "owner", query="?state=archived"),
    Row("passes:add_design", "owner"),
    *[
        Row(
            "passes:design",
            "owner",
            lambda _college, slug=slug: {"pk": drafting.full(drafting.begun(slug)).pk},
            note=slug,
        )
        for slug in ("membership", "gift", "ticket", "coupon")
    ],
    Row("passes:design", "owner", lambda _college: {"pk": drafting.full(drafting.plain()).pk}, note="plain"),
    Row("passes:design", "owner", lambda _college: {"pk": drafting.lacking().pk}, note="lacking"),
    Row("passes:design_audience", "owner", lambda _college: {"pk": drafting.begun().pk}),
    Row("passes:publish_design", "owner", lambda _college: {"pk": drafting.twice().pk}),
    Row("passes:publish_design", "owner", lambda _college: {"pk": drafting.lacking().pk}, note="lacking"),
    Row("passes:design_versions", "owner", lambda _college: {"pk": drafting.twice().pk}),
    Row("passes:design_versions", "owner", lambda _college: {"pk": drafting.begun().pk}, note="none"),
    Row("passes:design_version", "owner", lambda _college: {"pk": drafting.twice().pk, "number": 1}),
    Row("passes:delete_design", "owner", lambda _college: {"pk": drafting.begun().pk}),
    Row("people:delete_group", "owner", lambda college: {"pk": college.group.pk}),
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
    "passes:scan_picture", "passes:stop_cards", "passes:make_for_testing", "passes:book", "passes:write_own", "passes:issue_one",
    "passes:issue_numbers", "passes:issue_file", "passes:make_batch", "passes:discard_batch",
    "passes:archive_design", "passes:restore_design", "passes:duplicate_design", "passes:take_back",
    "helpdesk:save_report", "helpdesk:switch_monthly", "helpdesk:delete_report",
    "mail:pause", "mail:resume", "mail:send_again", "mail:hold", "mail:resend", "mail:add_stop", "mail:lift_stop",
    "passes:ask_link", "identity:send_again", "identity:sign_out", "identity:remove_password", "identity:end_others",
    "helpdesk:send_again", "helpdesk:step_away", "helpdesk:come_back", "helpdesk:withdraw", "helpdesk:reopen",
    "helpdesk:help_next", "helpdesk:switch_shift", "helpdesk:claim", "helpdesk:join_help", "helpdesk:leave_help",
    "helpdesk:hand_over", "helpdesk:not_found", "helpdesk:found", "helpdesk:say",
    "helpdesk:note", "helpdesk:close", "helpdesk:undo_close", "helpdesk:reopen_session", "helpdesk:group",
    "helpdesk:ungroup", "helpdesk:ask_more", "helpdesk:notice", "helpdesk:join", "identity:end_session", "identity:end_sessions_of", "people:end_person", "people:bring_back", "people:grant_role",
    "people:revoke_role", "people:end_membership", "people:restore_membership", "people:archive_role",
    "people:restore_role", "people:decide_roster", "people:apply_roster", "people:stop_roster", "people:invite_roster", "people:add_to_group", "people:remove_from_group", "people:return_to_group", "web:looks", "web:run_job",
    "passes:try_google", "passes:tell_google",
    "helpdesk:apply_import", "helpdesk:undo_import", "helpdesk:add_course", "helpdesk:end_course",
    "helpdesk:stop_helping", "helpdesk:set_course_tutor", "helpdesk:end_course_tutor", "helpdesk:return_entry",
    "helpdesk:archive_entry", "helpdesk:restore_entry", "helpdesk:remove_entry",
}  # fmt: skip
NO_PAGES = {
    "passes:export_cards": "a file",
    "passes:card_file": "a file",
    "passes:batch_codes": "a file",
    "passes:batch_work": "a part of passes:batch, and drawn there",
    "helpdesk:others": "a part of helpdesk:ask, and drawn there",
    "helpdesk:queue_part": "a part of helpdesk:queue, and drawn there",
    "helpdesk:live": "a part of helpdesk:ticket, and drawn there",
    "helpdesk:file": "a file",
    "helpdesk:file_by_link": "a file",
    "helpdesk:export_entries": "a file",
    "helpdesk:template": "a file",
    "helpdesk:report_file": "a file",
    "helpdesk:tickets_file": "a file",
    "identity:data": "a file",
    "mail:letter_html": "a letter as mail programs draw it, inside the page mail:letter",
    "journal:export": "a file",
    "people:export_people": "a file",
    "people:export_person": "a file",
    "people:roster_template": "a file",
    "people:roster_lines": "a file",
    "people:roster_work": "a part of people:roster, and drawn there",
    "passes:file": "a file",
    "passes:files": "a file",
    "passes:link_file": "a file",
    "passes:desk_code_part": "a part of passes:desk_code, and drawn there",
    "passes:mailing_work": "a part of passes:mailing, and drawn there",
    "passes:colours": "a style sheet",
    "passes:google_callback": "Google calls it",
    "passes:image": "a picture",
    "passes:preview_design": "parts of passes:design, and drawn there",
    "passes:registration": "Apple's web service",
    "passes:updates": "Apple's web service",
    "passes:download": "Apple's web service",
    "passes:reports": "Apple's web service",
    "web:door": "a style sheet",
    "web:mark": "a picture",
    "web:favicon": "a picture",
    "web:service_worker": "a script",
    "web:door_look": "a part of the organisation's page, and drawn there",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
