"""Questions about the journal. Pages are found by key, not by counting: the ten thousandth costs what the first does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from gatehouse.journal.models import Entry

PER_PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP = 2_000  # rows read at a time for an export

# A loose index scan: one probe for each verb there is, not one for each entry.
VERBS = """WITH RECURSIVE found(verb) AS (
    SELECT MIN(verb) FROM journal_entry
    UNION ALL SELECT (SELECT MIN(verb) FROM journal_entry WHERE verb > found.verb) FROM found WHERE found.verb IS NOT NULL
) SELECT verb FROM found WHERE verb IS NOT NULL"""


@dataclass(frozen=True)
class Wanted:
    """What to show: parts of the actor's and the subject's name, a verb, days of the organisation, first and last."""

    who: str = ""
    verb: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Place:
    """Where a page begins or ends: an entry's time and id, as text in the address."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(entry.at, entry.pk)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for what no page of ours wrote."""
        micros, _, pk = text.partition("-")
        if not (micros.isdecimal() and pk.isdecimal() and len(micros) < 18 and len(pk) < 19):
            return None
        return cls(EPOCH + timedelta(microseconds=int(micros)), int(pk))

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.pk}"


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and where the pages before and after begin."""

    entries: list[Entry]
    newer: Place | None
    older: Place | None


def entries(wanted: Wanted) -> QuerySet[Entry]:
    rows: QuerySet[Entry] = Entry.objects.all()
    if wanted.who:
        rows = rows.filter(actor_name__icontains=wanted.who)
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if wanted.about:
        rows = rows.filter(subject_id=str(pk)) if (pk := _as_id(wanted.about)) else _named(rows, wanted.about)
    if wanted.since:
        rows = rows.filter(at__gte=_start(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_start(wanted.until + timedelta(days=1)))
    return rows


def _named(rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    return rows.filter(subject__icontains=text)


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())


def page(wanted: Wanted, *, before: Place | None = None, after: Place | None = None) -> Page:
    """The entries older than `before`, or newer than `after`, else the newest."""
    rows = entries(wanted)
    if after:
        found = list(_newer_than(rows, after).order_by("at", "id")[: PER_PAGE + 1])
        if len(found) > PER_PAGE:
            return _page(found[:PER_PAGE][::-1], has_newer=True, has_older=True)
        before = None  # the first page, and a full one
    found = list((_older_than(rows, before) if before else rows).order_by("-at", "-id")[: PER_PAGE + 1])
    return _page(found[:PER_PAGE], has_newer=before is not None, has_older=len(found) > PER_PAGE)


def _page(shown: list[Entry], *, has_newer: bool, has_older: bool) -> Page:
    newer = Place.of(shown[0]) if shown and has_newer else None
    older = Place.of(shown[-1]) if shown and has_older else None
    return Page(shown, newer, older)


def _older_than(rows: QuerySet[Entry], place: Place) -> QuerySet[Entry]:
    """`at <= …` comes first and alone, for an index can begin there."""
    return rows.filter(at__lte=place.at).filter(Q(at__lt=place.at) | Q(id__lt=place.pk))


def _newer_than(rows: QuerySet[Entry], place: Place) -> QuerySet[Entry]:
    return rows.filter(at__gte=place.at).filter(Q(at__gt=place.at) | Q(id__gt=place.pk))


def all_entries(wanted: Wanted) -> Iterator[Entry]:
    """Every entry, newest first, read in steps: memory stays small, and no transaction stands open meanwhile."""
    rows = entries(wanted).order_by("-at", "-id")
    found = list(rows[:STEP])
    while found:
        yield from found
        found = list(_older_than(rows, Place.of(found[-1]))[:STEP])


def verbs() -> list[str]:
    """The verbs that the journal has."""
    with connection.cursor() as cursor:
        cursor.execute(VERBS)
        return [verb for (verb,) in cursor.fetchall()]
