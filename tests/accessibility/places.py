"""Every address of the portal: who sees what there, or why it is no page. A test holds this against the addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from gatehouse.helpdesk.tests.visiting import a_busy_desk
from tests.accessibility.college import College, an_import


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
    Row("people:delete_group", "owner", lambda college: {"pk": college.group.pk}),
]

POSTED = {
    "helpdesk:save_report", "helpdesk:switch_monthly", "helpdesk:delete_report",
    "mail:pause", "mail:resume", "mail:send_again", "mail:hold", "mail:resend", "mail:add_stop", "mail:lift_stop",
    "identity:send_again", "identity:sign_out", "identity:remove_password", "identity:end_others",
    "identity:end_session", "identity:end_sessions_of", "people:end_person", "people:bring_back", "people:grant_role",
    "people:revoke_role", "people:end_membership", "people:restore_membership", "people:archive_role",
    "people:restore_role", "people:decide_roster", "people:apply_roster", "people:stop_roster", "people:invite_roster", "people:add_to_group", "people:remove_from_group", "people:return_to_group", "web:looks", "web:run_job",
}  # fmt: skip
NO_PAGES = {
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
