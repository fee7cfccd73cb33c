"""Old tickets into the database: a preview, or the import; bringing the same file again changes nothing."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core.said import noop
from gatehouse.core.sheets import BadRow, Sheet, SheetUnreadable, open_sheet, unguarded
from gatehouse.helpdesk.legacy import rows
from gatehouse.helpdesk.legacy.mapping import read_mapping
from gatehouse.helpdesk.legacy.rows import HEADER, LineUnusable, Names, Old
from gatehouse.helpdesk.models import Course, Help, Message, ProblemType, Section, Ticket
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person

Answer = dict[str, Any]
Found = tuple[int, Old]
TOGETHER = 1000
OLD_TUTOR = _("Tutor %(number)s of the older system")


@transaction.atomic
def import_tickets(path: Path, mapping: Path | None, apply: bool) -> Answer:
    """{"joined", "changed", "unchanged", "missing", "errors": [{"line", "column", "message"}], "applied"}.

    A file that can't be read as a whole gives one error, of its line and column. Courses must be there already;
    kinds of problems are made. Askers whom we know by address own their tickets; others are guests.
    """
    answer: Answer = {"joined": 0, "changed": 0, "unchanged": 0, "missing": 0, "errors": [], "applied": False}
    try:
        names, sheet = read_mapping(mapping), open_sheet(path)
        places = _places(sheet)
        found = _read(sheet, places, names, answer["errors"])
        while some := list(islice(found, TOGETHER)):
            _bring(some, answer, apply=apply)
    except SheetUnreadable as error:
        transaction.set_rollback(True)
        told = error.said.translated(gettext)
        return answer | {"joined": 0, "unchanged": 0, "errors": [_error(error.line or 1, error.column or "", told)]}
    if apply:
        journal.record(actor=None, verb="tickets.imported", subject=path.name, details={"joined": answer["joined"]})
    return answer | {"applied": apply}


def _error(line: int, column: str, message: str) -> dict[str, Any]:
    return {"line": line, "column": column, "message": message}


def _places(sheet: Sheet) -> list[int]:
    """Where each column of ours stands; the file's order is kept, for shifted lines are told by it."""
    there = {name.casefold(): place for place, name in enumerate(sheet.header)}
    if missing := [name for name in HEADER if name.casefold() not in there]:
        raise SheetUnreadable(noop("Line 1: the column “%(column)s” is missing."), line=1, column=missing[0])
    return [there[name.casefold()] for name in HEADER]


def _read(sheet: Sheet, places: list[int], names: Names, errors: list[Any]) -> Iterator[Found]:
    zone, seen = timezone.get_default_timezone(), dict[Any, int]()
    for row in sheet.rows():
        if isinstance(row, BadRow):
            errors.append(_error(row.line, row.column, row.message.translated(gettext)))
            continue
        line, cells = row
        try:
            old = rows.read([unguarded(cells[place]) for place in places], names, zone)
        except LineUnusable as unusable:
            errors.append(_error(line, unusable.column, unusable.said.translated(gettext)))
            continue
        if (first := seen.setdefault(old.number, line)) == line:
            yield line, old
        else:
            errors.append(_error(line, "", gettext("The same as line %(line)s.") % {"line": first}))


def _bring(some: list[Found], answer: Answer, *, apply: bool) -> None:
    numbers = [old.number for _line, old in some]
    known = set(Ticket.objects.filter(sent_once__in=numbers).values_list("sent_once", flat=True))
    answer["unchanged"] += len(known)
    courses = {name.casefold(): course for course in Course.objects.all() for name in (course.code, course.name)}
    new = []
    for line, old in some:
        if (course := courses.get(" ".join(old.course.split()).casefold())) is None:
            told = gettext("There is no course “%(name)s”. Add it first.") % {"name": old.course[:60]}
            answer["errors"].append(_error(line, "Course", told))
        elif old.number not in known:
            new.append((old, course))
    answer["joined"] += len(new)
    if apply:
        _write(new)


def _write(new: list[tuple[Old, Course]]) -> None:
    people = _people(new)
    problems = {old.problem_type[:60] for old, _course in new if old.problem_type}
    kinds = {text: ProblemType.objects.get_or_create(text=text)[0] for text in sorted(problems)}
    sections = _Sections(new)
    made = Ticket.objects.bulk_create(
        [_ticket(old, course, people, kinds, sections.of(old, course)) for old, course in new], batch_size=TOGETHER
    )
    helped = [(ticket, old, people.get(old.tutor.casefold())) for ticket, (old, _c) in zip(made, new, strict=True)]
    Help.objects.bulk_create([_help(*one) for one in helped if one[0].claimed_at and one[1].tutor])
    Message.objects.bulk_create([_note(*one) for one in helped if one[1].notes])


class _Sections:
    """Those of the courses that are named; of one number the one in whose term a ticket was asked."""

    def __init__(self, new: list[tuple[Old, Course]]) -> None:
        known = Section.objects.filter(course__in={course.pk for _old, course in new}).select_related("term")
        self.zone, self.known = timezone.get_default_timezone(), defaultdict[tuple[int, str], list[Section]](list)
        for section in known:
            self.known[section.course_id, section.number].append(section)

    def of(self, old: Old, course: Course) -> Section | None:
        day = old.asked_at.astimezone(self.zone).date()
        there = (one for one in self.known[course.pk, old.section] if one.term.starts_on <= day <= one.term.ends_on)
        return next(there, None)


def _people(new: list[tuple[Old, Course]]) -> dict[str, Person]:
    emails = {email for old, _course in new for email in (old.email, old.tutor.casefold()) if "@" in email}
    return {person.email or "": person for person in Person.objects.filter(email__in=emails)}


def _ticket(
    old: Old, course: Course, people: dict[str, Person], kinds: dict[str, ProblemType], section: Section | None
) -> Ticket:
    person = people.get(old.email)
    return Ticket(
        person=person,
        guest_name="" if person else old.name,
        guest_email="" if person else old.email,
        course=course,
        section=section,
        problem_type=kinds.get(old.problem_type[:60]),
        assignment=old.assignment,
        question=old.question,
        mode=old.mode,
        origin=Ticket.Origin.LEGACY,
        state=old.state,
        asked_at=old.asked_at,
        place_at=old.asked_at,
        claimed_at=old.claimed_at,
        closed_at=old.closed_at,
        outcome=old.outcome,
        sent_once=old.number,
    )


def _help(ticket: Ticket, old: Old, tutor: Person | None) -> Help:
    named = tutor.name if tutor else str(OLD_TUTOR) % {"number": old.tutor} if old.tutor.isdecimal() else old.tutor
    began = old.claimed_at or old.asked_at
    return Help(ticket=ticket, tutor=tutor, tutor_name=named[:200], began_at=began, ended_at=old.closed_at)


def _note(ticket: Ticket, old: Old, tutor: Person | None) -> Message:
    named = tutor.name if tutor else old.tutor or gettext("The older system")
    return Message(
        ticket=ticket,
        author=tutor,
        author_name=named[:200],
        is_private=True,
        text=old.notes[:4000],
        said_at=old.closed_at or old.asked_at,
    )
