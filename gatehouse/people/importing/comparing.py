"""What the staged lines would change: by set-based SQL, in stretches of lines; only doubtful ones come to Python."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction

from gatehouse.core.said import Said, noop as _
from gatehouse.people import roster
from gatehouse.people.importing.database import ask, learn_sizes, run, statements
from gatehouse.people.importing.setwise import CANDIDATES, LINES, OF_IMPORT
from gatehouse.people.models import RefusedLine, RosterChange, RosterImport, StagedLine

_OTHER_NAME = _("“%(email)s” belongs to %(known)s. Is %(name)s the same person?")
_ALREADY_HERE = _("“%(email)s” stands in line %(line)s for %(known)s. Is %(name)s the same person?")
_TAKEN = _("“%(email)s” belongs to %(known)s, so it can't become the address of %(name)s.")

_TOLD = """
    SELECT count(*) FROM people_membership m JOIN (
        SELECT number FROM people_stagedline WHERE roster_import_id = %(import)s AND source = %(source)s
        UNION SELECT number FROM people_refusedline WHERE roster_import_id = %(import)s AND source = %(source)s
    ) told ON told.number = m.number
    WHERE m.source = %(source)s AND m.status <> 'ended'
"""

Kind = RosterChange.Kind
Doubt = tuple[int, Any, Said]


def compare(roster_import: RosterImport, *, stretches: list[tuple[int, int]], progress: Any) -> None:
    """Write a change for every line that changes something, and settle who is who."""
    learn_sizes("people_stagedline")
    sql = statements(roster_import).compare()
    for done, (after, until) in enumerate(stretches, start=1):
        with transaction.atomic():
            run(sql, {"import": roster_import.pk, "after": after, "until": until})
        progress(done, len(stretches))
    learn_sizes("people_rosterchange")
    if "email" in roster_import.mapped:
        with transaction.atomic():
            _know_again(roster_import)
            _gather_households(roster_import)
            _refuse_taken(roster_import)


def _know_again(roster_import: RosterImport) -> None:
    """New numbers whose address we know: the same person, unless this source knows that address under another name."""
    known = ask(
        f"""
        SELECT c.id, s.email, s.given_name, s.family_name, p.id, p.given_name, p.family_name,
            p.source = s.source OR EXISTS (
                SELECT 1 FROM people_membership m WHERE m.person_id = p.id AND m.source = s.source)
        FROM {LINES} JOIN people_person p ON p.email = s.email
        WHERE {OF_IMPORT} AND c.kind = 'joined' AND s.email <> ''
        """,  # noqa: S608
        {"import": roster_import.pk},
    )
    same: list[tuple[Any, int]] = []
    doubts: list[Doubt] = []
    for change, email, given, family, person, known_given, known_family, same_source in known:
        name, known_name = f"{given} {family}".strip(), f"{known_given} {known_family}".strip()
        if same_source and known_name and not roster.names_agree(name, known_name):
            doubts.append((change, person, Said(_OTHER_NAME, email=email, known=known_name, name=name)))
        else:
            same.append((person, change))
    _join_to(same)
    _doubt(doubts)


def _gather_households(roster_import: RosterImport) -> None:
    """New people with one address in one file: with the same name they are one, with another it is asked."""
    sharing = ask(
        f"""
        SELECT s.email, s.line, s.given_name, s.family_name, c.id, c.person_id
        FROM {LINES}
        WHERE {OF_IMPORT} AND c.kind = 'joined' AND c.is_new_person AND s.email IN (
            SELECT s.email FROM {LINES} WHERE {OF_IMPORT} AND c.kind = 'joined' AND c.is_new_person AND s.email <> ''
            GROUP BY s.email HAVING count(*) > 1)
        ORDER BY s.email, s.line
        """,  # noqa: S608
        {"import": roster_import.pk},
    )
    same: list[tuple[Any, int]] = []
    doubts: list[Doubt] = []
    for email, lines in groupby(sharing, key=itemgetter(0)):
        (_email, line, given, family, _change, person), *others = lines
        first_name = f"{given} {family}".strip()
        for _email, _line, given, family, change, _person in others:
            name = f"{given} {family}".strip()
            if roster.names_agree(name, first_name):
                same.append((person, change))
            else:
                why = Said(_ALREADY_HERE, email=email, line=line, known=first_name, name=name)
                doubts.append((change, person, why))
    _join_to(same)
    _doubt(doubts)


def _join_to(pairs: list[tuple[Any, int]]) -> None:
    """New numbers of people whom we know already: (person, change)."""
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE people_rosterchange SET person_id = %s, is_new_person = FALSE WHERE id = %s", pairs)


def _doubt(doubts: list[Doubt]) -> None:
    """Set these lines aside until somebody decides: (change, person, why)."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE people_rosterchange SET kind = 'undecided', person_id = %s, is_new_person = FALSE, "
            "template = %s, params = %s WHERE id = %s",
            [(person, why.template, json.dumps(why.params), change) for change, person, why in doubts],
        )


def _refuse_taken(roster_import: RosterImport) -> None:
    """A known person's new address that is somebody else's already, or that two lines of this file want."""
    wanted = ask(
        f"""
        SELECT s.email, c.id, c.person_id, s.line, s.given_name, s.family_name, q.id, q.given_name, q.family_name
        FROM {LINES} JOIN people_person p ON p.id = c.person_id LEFT JOIN people_person q ON q.email = s.email
        WHERE {OF_IMPORT} AND c.kind = 'changed' AND s.email <> '' AND p.email IS DISTINCT FROM s.email
            AND (p.source = s.source AND NOT p.is_own_email OR p.email IS NULL)
        ORDER BY s.email, s.line
        """,  # noqa: S608
        {"import": roster_import.pk},
    )
    doubts: list[Doubt] = []
    joining = _addresses_of_new_people(roster_import, {row[0] for row in wanted})
    for email, lines in groupby(wanted, key=itemgetter(0)):
        owner: Any = joining.get(email)
        for _email, change, person, _line, given, family, holder, holder_given, holder_family in lines:
            name, taken_by = f"{given} {family}".strip(), (owner or ("", ""))[1]
            if holder and holder != person:
                taken_by = f"{holder_given} {holder_family}".strip()
            elif owner is None or owner[0] == person:
                owner = person, name
                continue
            doubts.append((change, person, Said(_TAKEN, email=email, known=taken_by, name=name)))
    _doubt(doubts)


def _addresses_of_new_people(roster_import: RosterImport, emails: set[str]) -> dict[str, tuple[Any, str]]:
    rows = _in_portions(
        f"""
        SELECT s.email, c.person_id, s.given_name, s.family_name FROM {LINES}
        WHERE {OF_IMPORT} AND c.kind = 'joined' AND c.is_new_person AND s.email IN
        """,  # noqa: S608
        roster_import,
        sorted(emails),
    )
    return {email: (person, f"{given} {family}".strip()) for email, person, given, family in rows}


def _in_portions(sql: str, roster_import: RosterImport, values: list[str]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(values), 500):
        some = {f"v{place}": value for place, value in enumerate(values[start : start + 500])}
        names = ", ".join(f"%({name})s" for name in some)
        yield from ask(f"{sql} ({names})", {"import": roster_import.pk, **some})


def note_missing(roster_import: RosterImport, *, met: Counter[str], unmet: set[int]) -> None:
    """Keep who stands here by this source and in no line of the file; `unmet` are fingerprints no line had."""
    for source in roster_import.sources:
        if _said_nothing_of(roster_import, source) == met[source]:
            continue
        values = {"import": roster_import.pk, "source": source}
        rows = ask(CANDIDATES, values)
        gone = [row for row in rows if row[2] is None or row[2] in unmet or not met[source]]
        RosterChange.objects.bulk_create(_missing_rows(roster_import, gone), batch_size=1000)


def _said_nothing_of(roster_import: RosterImport, source: str) -> int:
    """How many numbers of this source no staged and no refused line speaks of."""
    values = {"import": roster_import.pk, "source": source}
    ((there,),) = ask("SELECT count(*) FROM people_membership WHERE source = %(source)s AND status <> 'ended'", values)
    ((told,),) = ask(_TOLD, values)
    return int(there - told)


def _missing_rows(roster_import: RosterImport, rows: list[tuple[Any, ...]]) -> Iterator[RosterChange]:
    names = ("read_as", "status", "expires_on", "changed_at", "read_at", "person_changed_at")
    for membership, person, *cells in rows:
        before = {name: str(cell) if isinstance(cell, date) else cell for name, cell in zip(names, cells, strict=True)}
        yield RosterChange(
            roster_import=roster_import,
            kind=Kind.MISSING,
            membership_id=membership,
            person_id=person,
            before={**before, "person_left_at": None},
        )


def count(roster_import: RosterImport) -> None:
    """The sums of the preview; kept on the import."""
    changes = RosterChange.objects.filter(roster_import=roster_import)
    staged = StagedLine.objects.filter(roster_import=roster_import).count()
    sums = {kind: changes.filter(kind=kind).count() for kind in (Kind.JOINED, Kind.CHANGED, Kind.UNDECIDED)}
    roster_import.joined, roster_import.changed, roster_import.undecided = sums.values()
    roster_import.unchanged = roster_import.known + staged - sum(sums.values())
    roster_import.refused = RefusedLine.objects.filter(roster_import=roster_import).count()
    roster_import.missing = changes.filter(kind=Kind.MISSING).count()
