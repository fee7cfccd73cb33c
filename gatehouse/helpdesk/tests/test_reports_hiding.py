"""Reports without names: nothing tells of one to four people, not by subtracting, not by comparing two reports."""

from datetime import date, datetime, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings, strategies as st

from gatehouse.helpdesk import reports
from gatehouse.helpdesk.tests.attacker import Attacker, passes

MONDAY = date(2026, 9, 7)
ATTRIBUTES = {
    "course": ("CHEM", "MATH", "STAT"),
    "mode": ("campus", "online"),
    "week": (0, 1, 2),
    "outcome": ("solved", "partly"),
}
FILTERS = [
    {},
    *({"course": course} for course in ATTRIBUTES["course"]),
    *({"mode": mode} for mode in ATTRIBUTES["mode"]),
    *({"course": course, "mode": mode} for course in ATTRIBUTES["course"] for mode in ATTRIBUTES["mode"]),
]
PERIOD = {"first": MONDAY, "last": MONDAY + timedelta(days=20)}


def visit(asker, course="CHEM", mode="campus", week=0, outcome="solved", **fields):
    at = datetime.combine(MONDAY + timedelta(weeks=week), datetime.min.time()).replace(hour=10)
    return reports.Visit(asker, at, course, mode=mode, outcome=outcome, **fields)


def cell_of(one):
    week = (one.asked_at.date() - MONDAY).days // 7
    return {"course": one.course, "mode": one.mode, "week": week, "outcome": one.outcome}


CELLS = list(product(*ATTRIBUTES.values()))


@st.composite
def worlds(draw):
    """Groups around the limit: so many visits in each cell, by people of whom some come again elsewhere."""
    sizes = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2, 4, 5, 6, 12]), min_size=len(CELLS), max_size=len(CELLS)))
    kept = draw(st.lists(st.booleans(), min_size=8, max_size=8))  # whole courses, modes and weeks may be missing
    people = draw(st.sampled_from([20, 60, 1000]))
    names = [value for values in list(ATTRIBUTES.values())[:3] for value in values]
    missing = {name for name, is_kept in zip(names, kept, strict=True) if not is_kept} if draw(st.booleans()) else set()
    seen = []
    for cell, size in zip(CELLS, sizes, strict=True):
        for _ in range(0 if missing & set(cell) else size):
            number = len(seen)
            seen.append(visit(number % people, *cell, minutes=number % 3 or None, stars=4 if number % 4 else None))
    return seen


visits = worlds()


def report(seen, filters=None, **options):
    return reports.build(seen, reports.Asked(**PERIOD, filters=filters or {}), **options)


def told(shown):
    """Each number of visits that a report tells, as the attributes that it fixes."""
    if shown.refused:
        return
    here = dict(shown.asked.filters)
    yield here, shown.total.visits
    if shown.total.solved is not None:
        yield here | {"outcome": "solved"}, round(shown.total.solved * shown.total.visits)
    for outcome, count in shown.outcomes.items():
        yield here | {"outcome": outcome}, count
    for mode, counts in shown.bars.modes.items():
        for week, count in enumerate(counts):
            yield here | {"week": week} | ({"mode": mode} if mode else {}), count
    for name in {"course", "mode"} & shown.tables.keys():
        for row in shown.tables[name].rows:
            yield here | {name: row.key}, row.figures.visits
            if row.figures.solved is not None:
                yield here | {name: row.key, "outcome": "solved"}, round(row.figures.solved * row.figures.visits)


def assert_nobody_is_found(seen, *shown):
    attacker = Attacker(ATTRIBUTES)
    for one in shown:
        for fixed, count in told(one):
            if count is not None:
                assert count == sum(passes(cell_of(each), fixed) for each in seen)
                attacker.hear(lambda cell, fixed=fixed: passes(cell, fixed))
    for fixed in attacker.rectangles():
        found = {each.asker for each in seen if passes(cell_of(each), fixed)}
        if 0 < len(found) < reports.LEAST:
            assert not attacker.knows(lambda cell, fixed=fixed: passes(cell, fixed)), fixed
    for larger, smaller in combinations([dict(one.asked.filters) for one in shown], 2):
        if larger.items() < smaller.items():
            assert_nobody_is_between(seen, attacker, larger, smaller)


def assert_nobody_is_between(seen, attacker, larger, smaller):
    """The wider report without the narrower one, in all and group by group."""
    for fixed in attacker.rectangles():
        around = larger | {name: value for name, value in fixed.items() if value is not None}
        rest = {each.asker for each in seen if passes(cell_of(each), around) and not passes(cell_of(each), smaller)}
        if 0 < len(rest) < reports.LEAST:
            known = attacker.knows(lambda cell, a=around: passes(cell, a) and not passes(cell, smaller))
            assert not known, (around, smaller)


@given(visits)
@settings(max_examples=150, deadline=None)
def test_one_report_gives_nobody_away(seen):
    assert_nobody_is_found(seen, report(seen))


@given(visits, st.sampled_from(list(combinations(range(len(FILTERS)), 2))))
@settings(max_examples=250, deadline=None)
def test_two_reports_give_nobody_away(seen, pair):
    assert_nobody_is_found(seen, *(report(seen, FILTERS[place]) for place in pair))


@given(visits)
@settings(max_examples=40, deadline=None)
def test_all_reports_of_a_period_together_give_nobody_away(seen):
    assert_nobody_is_found(seen, *(report(seen, filters) for filters in FILTERS))


@given(visits, st.sampled_from(FILTERS))
@settings(max_examples=100, deadline=None)
def test_no_number_of_people_under_five_is_told(seen, filters):
    shown = report(seen, filters)
    if shown.refused:
        return

    rows = [row.figures for table in shown.tables.values() for row in table.rows]
    for figures in (shown.total, *rows):
        assert figures.visits >= 5
        assert figures.people is None or figures.people >= 5
    for count in (*shown.outcomes.values(), *shown.heat.values(), *(n for ns in shown.bars.modes.values() for n in ns)):
        assert count is None or count >= 5
    for table in shown.tables.values():
        assert table.others == 0 or table.others >= 5


@given(visits)
@settings(max_examples=60, deadline=None)
def test_whoever_may_see_names_is_told_everything(seen):
    shown = report(seen, least=1)

    assert shown.refused == ("" if seen else "none")
    if seen:
        assert sum(row.figures.visits for row in shown.tables["course"].rows) == len(seen)
        assert sum(shown.heat.values()) == len(seen)
        assert all(table.others == 0 for table in shown.tables.values())


def crowd(n, first=0, **fields):
    return [visit(f"{fields.get('course', 'CHEM')}-{number}", **fields) for number in range(first, first + n)]


def test_hidden_row_takes_the_smallest_shown_one_with_it():
    seen = crowd(20) + crowd(9, course="MATH") + crowd(3, course="STAT")

    table = report(seen).tables["course"]

    assert [(row.key, row.figures.visits) for row in table.rows] == [("CHEM", 20)]
    assert table.others == 12


def test_what_hides_a_row_cannot_be_asked_for_itself():
    seen = crowd(20) + crowd(9, course="MATH") + crowd(3, course="STAT")

    assert report(seen, {"course": "STAT"}).refused == "few"
    assert report(seen, {"course": "MATH"}).refused == "close"
    assert report(seen, {"course": "CHEM"}).total.visits == 20


def test_a_report_that_leaves_out_four_people_is_not_told():
    seen = [visit(n, mode="campus") for n in range(30)] + [visit(n, mode="online") for n in range(30, 34)]

    assert report(seen, {"mode": "campus"}).refused == "close"
    assert report(seen).bars.modes.keys() == {""}


def test_five_visits_of_one_person_are_one_person():
    seen = crowd(20) + [visit("maya", course="MATH", week=week) for week in (0, 0, 1, 1, 2)]

    assert [row.key for row in report(seen).tables["course"].rows] == []


def test_a_section_settles_its_course_and_instructor():
    seen = [visit(n, section="001", instructor="Ferrand") for n in range(20)]
    seen += [visit(n, section="002", instructor="Ferrand") for n in range(20, 23)]
    seen += crowd(30, course="MATH")

    assert report(seen, {"section": ("CHEM", "001")}).refused == "close"
    assert report(seen, {"instructor": "Ferrand"}).total.visits == 23


def test_people_are_not_counted_where_a_difference_would_count_few():
    seen = [visit(n, course="CHEM") for n in range(30)] + [visit(n, course="MATH") for n in range(2, 32)]

    figures = {row.key: row.figures for row in report(seen).tables["course"].rows}

    assert figures["CHEM"].visits == 30
    assert figures["CHEM"].people is None  # of 32 people in all, 2 never came for chemistry


@pytest.mark.parametrize(("n", "median", "ninety"), [(4, None, None), (5, 180.0, None), (10, 300.0, 540.0)])
def test_waits_are_of_enough_people(n, median, ninety):
    seen = [visit(number, wait=60.0 * (number + 1)) for number in range(n)] + crowd(9)

    total = report(seen).total

    assert (total.wait, total.wait_90) == (median, ninety)


def test_of_two_equal_groups_every_report_hides_the_same():
    seen = crowd(20) + crowd(9, course="MATH") + crowd(9, course="PHYS") + crowd(3, course="STAT")

    one, other = (report(some).tables["course"] for some in (seen, seen[::-1]))

    assert one == other
    assert [report(seen, {"course": course}).refused for course in ("MATH", "PHYS")] == ["close", ""]
