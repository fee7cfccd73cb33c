"""Addresses of people."""

from typing import Any

from tests.accessibility.college import College, an_import
from tests.accessibility.places.row import Row


def of_maya(college: College) -> dict[str, Any]:
    return {"pk": college.maya.pk}


ROWS = [
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
    "people:add_to_group", "people:apply_roster", "people:archive_role", "people:bring_back",
    "people:decide_roster", "people:end_membership", "people:end_person", "people:grant_role",
    "people:invite_roster", "people:remove_from_group", "people:restore_membership", "people:restore_role",
    "people:return_to_group", "people:revoke_role", "people:stop_roster",
}  # fmt: skip
NO_PAGES = {
    "people:export_people": "a file",
    "people:export_person": "a file",
    "people:roster_template": "a file",
    "people:roster_lines": "a file",
    "people:roster_work": "a part of people:roster, and drawn there",
}
