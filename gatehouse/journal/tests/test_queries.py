from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection

from gatehouse.journal import queries
from gatehouse.journal.models import Entry
from gatehouse.journal.queries import Place, Wanted
from gatehouse.journal.tests.factories import START, entries, entry

pytestmark = pytest.mark.django_db


def subjects(wanted):
    return {one.subject for one in queries.entries(wanted)}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {"Maya", "Ana", "the roster"}),
        (Wanted(who="amsel"), {"Maya"}),
        (Wanted(verb="role.granted"), {"Maya", "Ana"}),
        (Wanted(about="ROST"), {"the roster"}),
        (Wanted(since=date(2026, 11, 2)), {"Ana", "the roster"}),
        (Wanted(until=date(2026, 11, 1)), {"Maya"}),
        (Wanted(verb="role.granted", since=date(2026, 11, 2), until=date(2026, 11, 2)), {"Ana"}),
        (Wanted(who="nobody"), set()),
    ],
)
def test_filters(wanted, found):
    entry(actor_name="Ruth Amsel", verb="role.granted", subject="Maya", at=datetime(2026, 11, 1, 23, 59, tzinfo=UTC))
    entry(actor_name="Diego Núñez", verb="role.granted", subject="Ana", at=datetime(2026, 11, 2, 0, 0, tzinfo=UTC))
    entry(actor_name="Gatehouse", verb="roster.imported", subject="the roster", at=datetime(2026, 11, 3, tzinfo=UTC))

    assert subjects(wanted) == found


def test_days_are_those_of_the_organisation(settings):
    settings.TIME_ZONE = "America/New_York"
    entry(subject="late on the first", at=datetime(2026, 11, 2, 3, 0, tzinfo=UTC))

    assert subjects(Wanted(until=date(2026, 11, 1))) == {"late on the first"}
    assert subjects(Wanted(since=date(2026, 11, 2))) == set()


def test_an_id_finds_what_concerns_it():
    about = uuid4()
    entry(subject="Maya", subject_id=str(about))
    entry(subject=f"somebody else than {about}")

    assert subjects(Wanted(about=str(about))) == {"Maya"}


def walk():
    """All pages, to the oldest entry and back."""
    there = [page := queries.page(Wanted())]
    while page.older:
        there.append(page := queries.page(Wanted(), before=page.older))
    back = [page]
    while page.newer:
        back.append(page := queries.page(Wanted(), after=page.newer))
    return there, back


@pytest.mark.parametrize("number", [0, 1, 50, 51, 100, 120])
def test_pages_hold_every_entry_once_in_both_directions(number):
    made = [one.pk for one in entries(number)]

    there, back = walk()

    assert [one.pk for page in there for one in page.entries] == made[::-1]
    assert [len(page.entries) for page in there[:-1]] == [50] * (len(there) - 1)
    assert back[-1] == queries.page(Wanted())
    assert len(back) == len(there)


def test_entries_of_one_moment_are_told_apart():
    entries(120, at=START)

    there, _back = walk()

    assert len({one.pk for page in there for one in page.entries}) == 120


@pytest.mark.parametrize("text", ["", "-", "1", "1-", "-1", "a-b", "1-1-1", "9" * 40 + "-1", "1-" + "9" * 40, "²-1"])
def test_a_place_that_no_page_wrote_is_the_first_page(text):
    assert Place.read(text) is None


def test_a_place_keeps_its_microsecond():
    place = Place(datetime(2026, 11, 22, 9, 0, 0, 123457, tzinfo=UTC), 7)

    assert Place.read(str(place)) == place


def test_verbs_are_each_named_once():
    entries(3, verb="a.b")
    entries(2, verb="c.d")

    assert queries.verbs() == ["a.b", "c.d"]


def test_no_verbs_without_entries():
    assert queries.verbs() == []


def test_an_export_reads_in_steps(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(queries, "STEP", 2)
    made = [one.pk for one in entries(5)]

    with django_assert_num_queries(4):
        assert [one.pk for one in queries.all_entries(Wanted())] == made[::-1]


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(verb="thing.tried")])
def test_the_last_page_costs_what_the_first_does(wanted):
    """By the plan of the database: an index is walked from the place on, nothing before it is read or sorted."""
    entries(300)
    oldest = Entry.objects.order_by("at").first()
    rows = queries._older_than(queries.entries(wanted), Place.of(oldest)).order_by("-at", "-id")[:51]

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = rows.explain()

    assert "journal_ent" in plan
    assert "SEARCH" in plan or "Index Cond: " in plan
