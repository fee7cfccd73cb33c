"""Making people and memberships match the staged lines: one transaction of set-based SQL."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.people.importing.database import (
    ask,
    generous_memory,
    learn_sizes,
    moment,
    now,
    run,
    statements,
    teach_end_of_day,
)
from gatehouse.people.importing.places import settle_places
from gatehouse.people.importing.setwise import LINES, OF_IMPORT
from gatehouse.people.models import RosterChange, RosterImport

UNDO_FOR = timedelta(days=14)
MANY = 1000

_STALE = f"""
    SELECT count(*) FROM {LINES}
    LEFT JOIN people_membership m ON m.source = s.source AND m.number = s.number
    LEFT JOIN people_person p ON p.email = s.email AND c.is_new_person AND NOT c.without_email
    WHERE {OF_IMPORT} AND c.kind = 'joined' AND (m.id IS NOT NULL OR p.id IS NOT NULL)
"""  # noqa: S608
_GONE = f"""
    SELECT count(*) FROM people_rosterchange c
    LEFT JOIN people_person p ON p.id = c.person_id
    LEFT JOIN people_membership m ON m.id = c.membership_id
    WHERE {OF_IMPORT} AND (c.kind IN ('joined', 'changed') AND p.id IS NULL OR c.kind = 'changed' AND m.id IS NULL)
"""  # noqa: S608
_EDITED = f"""
    SELECT count(*) FROM people_rosterchange c
    JOIN people_membership m ON m.id = c.membership_id JOIN people_person p ON p.id = c.person_id
    WHERE {OF_IMPORT} AND c.kind = 'changed' AND (m.changed_at > %(compared)s OR p.changed_at > %(compared)s)
"""  # noqa: S608
_OVERTAKEN = """
    SELECT count(*) FROM people_rosterimport WHERE applied_at > %(compared)s OR undone_at > %(compared)s
"""


class PreviewStale(ValueError):
    """Somebody changed these people after the preview was made; it has to be made again."""


def apply(roster_import: RosterImport) -> None:
    """Within the caller's transaction. Raises `PreviewStale` when what the preview said is no longer so."""
    values = {"import": roster_import.pk, "now": now()}
    sql = statements(roster_import)
    with generous_memory():
        _insist_on_preview(
            _STALE, _EDITED, _OVERTAKEN, **values, compared=moment(roster_import.compared_at or clock.now())
        )
        run(sql.insert_people(), values)
        _insist_on_preview(_GONE, **values)
        run(sql.insert_memberships(), values)
        run(sql.update_memberships(), values)
        if sql.person:
            run(sql.update_home_people(), values)
            run(sql.fill_blanks(), values)
        run(sql.bring_back(), values)
        if "left_on" in roster_import.mapped:
            teach_end_of_day()
            run(sql.let_leave(), {**values, "zone": settings.TIME_ZONE})
        if {"listed_groups", "listed_role"} & set(roster_import.mapped):
            settle_places(roster_import)
        _treat_missing(roster_import)


def learn(roster_import: RosterImport) -> None:
    """After many came in: let PostgreSQL's planner know, before its own housekeeping finds time."""
    if roster_import.joined > MANY:
        learn_sizes("people_person", "people_membership")


def _insist_on_preview(*questions: str, **values: Any) -> None:
    """Each of these must find nothing."""
    if any(ask(question, values)[0][0] for question in questions):
        raise PreviewStale


def _treat_missing(roster_import: RosterImport) -> None:
    """Leave, end or let expire the numbers that are not in the file; what was there is kept in the change, for the undo."""
    choice = roster_import.missing_choice
    if choice == RosterImport.Missing.LEAVE:
        return
    if choice == RosterImport.Missing.LEFT:
        _end_missing(roster_import)
    else:
        _expire_missing(roster_import)


def _end_missing(roster_import: RosterImport) -> None:
    """The memberships end; whoever has no other one, and no role given by hand, has left."""
    values = {"import": roster_import.pk, "now": now()}
    run(
        f"""
        UPDATE people_membership SET status = 'ended', changed_at = %(now)s FROM people_rosterchange c
        WHERE {OF_IMPORT} AND c.kind = 'missing' AND people_membership.id = c.membership_id
        """,  # noqa: S608
        values,
    )
    run(
        f"""
        UPDATE people_person SET left_at = %(now)s, left_by_import = %(import)s, changed_at = %(now)s
        FROM people_rosterchange c
        WHERE {OF_IMPORT} AND c.kind = 'missing' AND people_person.id = c.person_id AND people_person.left_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM people_membership o WHERE o.person_id = c.person_id AND o.status <> 'ended')
            AND NOT EXISTS (SELECT 1 FROM people_rolegrant g WHERE g.person_id = c.person_id AND g.source = '')
        """,  # noqa: S608
        values,
    )


def _expire_missing(roster_import: RosterImport) -> None:
    yesterday = clock.today() - timedelta(days=1)
    run(
        f"""
        UPDATE people_membership SET status = 'lapsed', changed_at = %(now)s,
            expires_on = CASE WHEN expires_on < %(yesterday)s THEN expires_on ELSE %(yesterday)s END
        FROM people_rosterchange c
        WHERE {OF_IMPORT} AND c.kind = 'missing' AND people_membership.id = c.membership_id
        """,  # noqa: S608
        {"import": roster_import.pk, "now": now(), "yesterday": yesterday.isoformat()},
    )


def joined_people(roster_import: RosterImport) -> "Q":
    """A filter for the people whom this import brought."""
    brought = RosterChange.objects.filter(roster_import=roster_import, kind="joined", is_new_person=True)
    return Q(pk__in=brought.values("person_id"))
