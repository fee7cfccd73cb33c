"""People and memberships as a stream of text: JSON with everybody, CSV as a roster that imports again as unchanged.

Read in steps of two thousand rows along a unique key, so memory does not grow with the number of people and no long
transaction stands in anybody's way.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from gatehouse.core.sheets.writing import csv_line
from gatehouse.journal.models import Entry
from gatehouse.people.models import ExternalId, GroupPlace, Membership, Person, RoleGrant
from gatehouse.people.roster import add_ons_text, groups_text

STEP = 2000
PERSON: Final = (
    "id", "email", "given_name", "family_name", "preferred_name", "language", "source",
    "joined_on", "left_at", "attributes",
)  # fmt: skip
ADDRESS: Final = ("address_1", "address_2", "city", "region", "postcode", "country")
MEMBERSHIP: Final = (
    "id", "source", "number", "level", "status", "valid_from", "expires_on", "person_id", "card_names", "add_ons",
    *ADDRESS,
)  # fmt: skip
FROM_PERSON: Final = ("given_name", "family_name", "preferred_name", "email")
FROM_MEMBERSHIP: Final = ("level", "status", "valid_from", "expires_on", "card_names", "add_ons", *ADDRESS)
HEADER: Final = ("source", "number", *FROM_PERSON, *FROM_MEMBERSHIP, "groups", "role", "joined_on")
LISTED: Final = ("listed_groups", "listed_role")

Row = dict[str, Any]
to_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


def as_json(people: QuerySet[Person] | None = None) -> Iterator[str]:
    """`{"people": […], "memberships": […]}`, of everybody, those who left too, or of these people."""
    rows = Person.objects.all() if people is None else people
    yield '{"people":['
    yield from _joined(_person_step(step) for step in _steps(rows.values(*PERSON), "id"))
    yield '],"memberships":['
    theirs = Membership.objects.all() if people is None else Membership.objects.filter(person__in=rows)
    yield from _joined(map(_membership, step) for step in _steps(theirs.values(*MEMBERSHIP), "id"))
    yield "]}"


def as_csv(people: QuerySet[Person] | None = None) -> Iterator[str]:
    """One line per membership in the columns of the `gatehouse` mapping, by source and number; also of those who left.

    Cells that a spreadsheet would take for formulas are guarded by an apostrophe, which the import takes off again.
    People without a membership have no number to be known by, and are not in it; see `without_number`.
    """
    rows = Membership.objects.all() if people is None else Membership.objects.filter(person__in=people)
    details = _detail_names(rows)
    yield csv_line([*HEADER, *(f"attr:{name}" for name in details)])
    columns = (*MEMBERSHIP, *LISTED, *(f"person__{name}" for name in (*FROM_PERSON, "joined_on", "attributes")))
    for step in _steps(rows.values(*columns), "source", "number"):
        yield "".join(csv_line(_cells(row, details)) for row in step)


def all_of(person: Person) -> Row:
    """All that is kept of one person, and what the journal tells about them."""
    rows = Person.objects.filter(pk=person.pk).values(*PERSON)
    entries = Entry.objects.filter(subject_id=str(person.pk)).order_by("at", "id")
    return {
        "person": next(_person_step(list(rows))),
        "memberships": [_membership(row) for row in person.memberships.order_by("pk").values(*MEMBERSHIP)],
        "journal": list(entries.values("at", "actor_name", "verb", "subject", "details")),
    }


def without_number(people: QuerySet[Person] | None = None) -> int:
    """How many of those who are here the CSV leaves out."""
    rows = Person.objects.all() if people is None else people
    return rows.filter(left_at=None, memberships=None).count()


def _steps(rows: QuerySet[Any, Row], *key: str) -> Iterator[list[Row]]:
    after = Q()
    while step := list(rows.filter(after).order_by(*key)[:STEP]):
        yield step
        if len(step) < STEP:
            return
        last = step[-1]
        after = Q(**{f"{key[-1]}__gt": last[key[-1]]})
        if len(key) > 1:
            after = Q(**{key[0]: last[key[0]]}) & after | Q(**{f"{key[0]}__gt": last[key[0]]})


def _joined(steps: Iterable[Iterable[Row]]) -> Iterator[str]:
    """JSON objects with commas between; one text for each step."""
    comma = ""
    for step in steps:
        yield comma + ",".join(map(to_json, step))
        comma = ","


def _person_step(step: list[Row]) -> Iterator[Row]:
    ids = [row["id"] for row in step]
    external: defaultdict[UUID, list[Row]] = defaultdict(list)
    numbers = _of(Membership, ids).values_list("person", "source", "number")
    named = _of(ExternalId, ids).values_list("person", "source", "value").union(numbers)
    for person, source, value in named.order_by("source", "value"):
        external[person].append({"source": source, "value": value})
    groups, roles = defaultdict(list), defaultdict(list)
    for person, name in _of(GroupPlace, ids).order_by("group__name").values_list("person", "group__name"):
        groups[person].append(name)
    for person, slug in _of(RoleGrant, ids).order_by("role").values_list("person", "role__slug"):
        roles[person].append(slug)
    for row in step:
        yield _person(row) | {
            "external_ids": external[row["id"]],
            "groups": groups[row["id"]],
            "roles": roles[row["id"]],
        }


def _person(row: Row) -> Row:
    named = Person(**{name: row[name] for name in ("email", "given_name", "family_name", "preferred_name")})
    left_at = row["left_at"] and row["left_at"].isoformat()
    return {"id": row["id"], "email": row["email"], "name": named.name, **row, "left_at": left_at}


def _membership(row: Row) -> Row:
    plain = {name: value for name, value in row.items() if name not in ADDRESS and name != "person_id"}
    return plain | {"person": row["person_id"], "address": {name: row[name] for name in ADDRESS}}


def _of(model: Any, people: list[UUID]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(person__in=people)
    return rows


def _detail_names(rows: QuerySet[Membership]) -> list[str]:
    """The columns of one's own: every name that somebody's details have."""
    having = rows.order_by().exclude(person__attributes={}).values_list("person__attributes", flat=True)
    names: set[str] = set()
    for details in having.iterator(chunk_size=STEP):
        names.update(details)
    return sorted(names)


def _cells(row: Row, details: list[str]) -> list[str]:
    attributes = row["person__attributes"]
    values = [
        row["source"],
        row["number"],
        *(row[f"person__{name}"] for name in FROM_PERSON),
        *(add_ons_text(row[name]) if name == "add_ons" else row[name] for name in FROM_MEMBERSHIP),
        groups_text(row["listed_groups"]),
        row["listed_role"],
        row["person__joined_on"],
        *(attributes.get(name, "") for name in details),
    ]
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if not isinstance(value, dict | list | bool) else to_json(value)
