"""Every address of the portal: who sees what there, or why it is no page. A test holds this against the addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import Course
from tests.accessibility.college import College, a_file_of_the_desk, an_import


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


def of_maya(college: College) -> dict[str, Any]:
    return {"pk": college.maya.pk}


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
    "mail:pause", "mail:resume", "mail:send_again", "mail:hold", "mail:resend", "mail:add_stop", "mail:lift_stop",
    "identity:send_again", "identity:sign_out", "identity:remove_password", "identity:end_others",
    "identity:end_session", "identity:end_sessions_of", "people:end_person", "people:bring_back", "people:grant_role",
    "people:revoke_role", "people:end_membership", "people:restore_membership", "people:archive_role",
    "people:restore_role", "people:decide_roster", "people:apply_roster", "people:stop_roster", "people:invite_roster", "people:add_to_group", "people:remove_from_group", "people:return_to_group", "web:looks", "web:run_job",
    "helpdesk:apply_import", "helpdesk:undo_import", "helpdesk:add_course", "helpdesk:end_course",
    "helpdesk:stop_helping", "helpdesk:set_course_tutor", "helpdesk:end_course_tutor", "helpdesk:return_entry",
    "helpdesk:archive_entry", "helpdesk:restore_entry", "helpdesk:remove_entry",
}  # fmt: skip
NO_PAGES = {
    "helpdesk:export_entries": "a file",
    "helpdesk:template": "a file",
    "identity:data": "a file",
    "mail:letter_html": "a letter as mail programs draw it, inside the page mail:letter",
    "journal:export": "a file",
    "people:export_people": "a file",
    "people:export_person": "a file",
    "people:roster_template": "a file",
    "people:roster_lines": "a file",
    "people:roster_work": "a part of people:roster, and drawn there",
    "passes:colours": "a style sheet",
    "passes:image": "a picture",
    "web:door": "a style sheet",
    "web:mark": "a picture",
    "web:favicon": "a picture",
    "web:service_worker": "a script",
    "web:door_look": "a part of the organisation's page, and drawn there",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
