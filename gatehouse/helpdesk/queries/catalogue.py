"""Questions about what the desk keeps: its lists, its notices, who tutors what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db.models import Count, Q, QuerySet

from gatehouse.core.sheets.writing import csv_line
from gatehouse.helpdesk.catalogue.kinds import Kind, Values, matching
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.models import CatalogueImport, Course, Desk, Tutoring
from gatehouse.people.models import Person

IN_USE, ARCHIVED = "", "archived"


@dataclass(frozen=True)
class Wanted:
    q: str = ""
    state: str = IN_USE
    narrow: str = ""


def entries(kind: Kind, wanted: Wanted) -> QuerySet[Any]:
    """What matches, in the kind's own order; what is archived comes only by its state."""
    rows = _matching(kind, wanted).select_related(*kind.related) if kind.related else _matching(kind, wanted)
    return rows.filter(_in_state(wanted.state)) if kind.is_archived else rows


def counts(kind: Kind, wanted: Wanted) -> dict[str, int]:
    """How many of each state match the rest of what is wanted."""
    rows = _matching(kind, wanted).order_by()
    return rows.aggregate(**{name or "in_use": Count("pk", filter=_in_state(name)) for name in (IN_USE, ARCHIVED)})


def totals() -> dict[str, int]:
    """Of each kind, how many are in use."""
    return {
        kind.slug: (kind.rows().filter(archived_at=None) if kind.is_archived else kind.rows()).count()
        for kind in KINDS.values()
    }


def as_csv(kind: Kind) -> Iterator[str]:
    """Everything in use, in the columns that the import takes, where it comes out as all unchanged.

    A kind with a column `active` is written whole. Cells that a spreadsheet would take for formulas are guarded.
    """
    yield csv_line(kind.header)
    for known in kind.known().values():
        if "active" in kind.header or known.values.get("active", True):
            texts = kind.texts(known.values)
            yield csv_line(texts[name] for name in kind.header)


def template_csv(kind: Kind) -> str:
    return csv_line(kind.header)


def imports() -> QuerySet[CatalogueImport]:
    """Those that were applied, the newest first; without the lines and cells they may carry."""
    return CatalogueImport.objects.filter(applied_at__isnull=False).defer("lines", "faults").order_by("-made_at", "-pk")


def tutors_of(course: Course) -> QuerySet[Tutoring]:
    """Who helps with this course now, its leads first."""
    there = Tutoring.objects.filter(course=course, archived_at=None).select_related("person")
    return there.order_by("part", "person__family_name", "person__given_name", "pk")


def courses_of(people: Iterable[Person]) -> dict[Any, list[Tutoring]]:
    """The courses each of them helps with now."""
    found: defaultdict[Any, list[Tutoring]] = defaultdict(list)
    rows = Tutoring.objects.filter(person__in=list(people), archived_at=None).select_related("course")
    for tutoring in rows.order_by("course__department", "course__number"):
        found[tutoring.person_id].append(tutoring)
    return found


def led_by(person: Person) -> QuerySet[Course]:
    """The courses this person leads."""
    leads = Tutoring.objects.filter(person=person, part=Tutoring.Part.LEAD, archived_at=None)
    return Course.objects.filter(pk__in=leads.values("course"))


def pin_fits(pin: str) -> bool:
    """Whether this is the kiosk's PIN; no PIN fits while none is set."""
    kept = Desk.objects.filter(pk=1).values_list("kiosk_pin", flat=True).first()
    return kept is not None and kept != "" and check_password(pin, kept)


def _matching(kind: Kind, wanted: Wanted) -> QuerySet[Any]:
    rows = kind.rows().filter(matching(kind, wanted.q.split()[:8]))
    if kind.narrow and wanted.narrow.isdecimal() and len(wanted.narrow) < 19:
        rows = rows.filter(**{kind.narrow: int(wanted.narrow)})
    return rows


def _in_state(state: str) -> Q:
    return Q(archived_at__isnull=state != ARCHIVED)


def values_of(kind: Kind, row: Any) -> Values:
    """A row's values by column."""
    return kind.cells_of(row.pk) or {}
