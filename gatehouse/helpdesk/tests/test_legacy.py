"""The older system's report: fifteen values under sixteen names, numbers told by a mapping, the same file twice."""

import csv
import json
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, strategies as st

from gatehouse.helpdesk import legacy
from gatehouse.helpdesk.legacy.rows import HEADER, MISSING, LineUnusable, read, realigned
from gatehouse.helpdesk.models import Help, Message, Section, Ticket
from gatehouse.helpdesk.tests.visiting import a_course, a_term
from gatehouse.people.tests.factories import PersonFactory

CHICAGO = ZoneInfo("America/Chicago")
MAPPING = {
    "courses": {"3": "CSCI 1400"},
    "sections": {"31": "001"},
    "problem_types": {"2": "Homework"},
    "tutors": {"4": "ana@example.org"},
}
OLD = {
    "Student Email": "Maya@Example.org", "Student Name": "Maya Okafor", "Course": "3", "Section": "31",
    "Assignment Name": "Lab 2", "Specific Question": "Why does it stop, after “x”?", "Problem Type": "2",
    "Time Created": "2023-04-05 13:22:11", "Time Claimed": "2023-04-05 13:25:11.123456", "Status": "Closed",
    "Time Closed": "2023-04-05 13:40:11", "Session Duration": "", "Mode": "InPerson", "Tutor Notes": "went well",
    "Tutor Id": "4", "Successful Session": "True",
}  # fmt: skip


def a_line(**changed):
    """Fifteen values, as the older system writes them."""
    row = OLD | {name.replace("_", " "): value for name, value in changed.items()}
    return [value for name, value in row.items() if name != "Session Duration"]


def whole(line):
    return [*line, ""]


@pytest.fixture
def desk(db):
    course = a_course(number="1400")
    section = Section.objects.create(
        course=course, term=a_term("2023-01-20", "2023-05-09", 2023, "Spring"), number="001"
    )
    return {"course": course, "section": section, "ana": PersonFactory(email="ana@example.org", given_name="Ana")}


@pytest.fixture
def bring(tmp_path):
    def go(*lines, header=HEADER, apply=True, mapping=MAPPING, encoding="utf-8", **dialect):
        path, known = tmp_path / "old.csv", tmp_path / "mapping.json"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, **dialect).writerows([header, *lines])
        known.write_text(json.dumps(mapping))
        return legacy.import_tickets(path, known, apply)

    return go


def sums(answer):
    return answer["joined"], answer["unchanged"], [(one["line"], one["column"]) for one in answer["errors"]]


@given(st.lists(st.text(alphabet="ab 1", max_size=3), min_size=15, max_size=15))
def test_r1_short_lines_are_realigned_and_long_ones_left(cells):
    cells[MISSING] = "Online"

    assert realigned([*cells, ""])[MISSING:] == ["", "Online", *[cell.strip() for cell in cells[MISSING + 1 :]]]
    long = [*cells[:MISSING], "0:14:00", "InPerson", *cells[MISSING + 1 :]]
    assert realigned(long)[MISSING : MISSING + 2] == ["0:14:00", "InPerson"]


def test_r1_a_line_of_fifteen_comes_in_whole(desk, bring):
    assert sums(bring(a_line())) == (1, 0, [])

    ticket = Ticket.objects.get()
    assert (ticket.course, ticket.section, str(ticket.problem_type)) == (desk["course"], desk["section"], "Homework")
    assert (ticket.mode, ticket.state, ticket.outcome, ticket.origin) == ("campus", "closed", "solved", "legacy")
    assert (ticket.guest_name, ticket.guest_email) == ("Maya Okafor", "maya@example.org")
    assert ticket.asked_at == datetime(2023, 4, 5, 13, 22, 11, tzinfo=UTC)
    help_given = Help.objects.get()
    assert (help_given.tutor, help_given.began_at, help_given.ended_at) == (
        desk["ana"],
        ticket.claimed_at,
        ticket.closed_at,
    )
    assert [(note.text, note.is_private) for note in Message.objects.all()] == [("went well", True)]


def test_somebody_we_know_owns_the_ticket(desk, bring):
    maya = PersonFactory(email="maya@example.org")

    bring(a_line())

    assert (Ticket.objects.get().person, Ticket.objects.get().guest_email) == (maya, "")


def test_a_preview_writes_nothing_and_the_same_file_again_changes_nothing(desk, bring):
    lines = [a_line(), a_line(Specific_Question="Another one")]

    assert sums(bring(*lines, apply=False)) == (2, 0, [])
    assert not Ticket.objects.exists()
    assert sums(bring(*lines)) == (2, 0, [])
    assert sums(bring(*lines)) == (0, 2, [])
    assert Ticket.objects.count() == 2


def test_r4_times_are_in_their_order_whatever_two_clocks_said(desk, bring):
    bring(a_line(Time_Claimed="2023-04-05 08:25:11", Time_Closed="2023-04-05 08:24:00"))

    ticket = Ticket.objects.get()
    assert ticket.asked_at == ticket.claimed_at == ticket.closed_at


@pytest.mark.parametrize(("status", "state"), [("Open", "withdrawn"), ("Claimed", "closed"), ("closed", "closed")])
def test_nobody_waits_in_an_old_report(status, state, desk, bring):
    bring(a_line(Status=status, Time_Closed="None"))

    assert Ticket.objects.get().state == state


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"Student_Email": "zzz"}, "Student Email"), ({"Course": "77"}, "Course"), ({"Course": "MATH 9"}, "Course"),
        ({"Course": ""}, "Course"), ({"Section": "99"}, "Section"), ({"Time_Created": "24:00"}, "Time Created"),
        ({"Time_Created": "2023-02-30 10:00"}, "Time Created"), ({"Time_Created": "2023-04-05 24:00"}, "Time Created"),
        ({"Time_Created": ""}, "Time Created"), ({"Status": "Lost"}, "Status"), ({"Specific_Question": ""}, "Specific Question"),
        ({"Specific_Question": "x" * 4001}, "Specific Question"), ({"Time_Closed": "soon"}, "Time Closed"),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_by_line_and_column_and_the_others_come(changed, column, desk, bring):
    assert sums(bring(a_line(**changed), a_line())) == (1, 0, [(2, column)])


def test_a_line_twice_is_told(desk, bring):
    assert sums(bring(a_line(), a_line())) == (1, 0, [(3, "")])


def test_files_as_people_write_them(desk, bring):
    assert sums(bring(a_line(), delimiter=";", lineterminator="\r\n", encoding="utf-8-sig")) == (1, 0, [])
    assert sums(bring(a_line(Student_Name="Zoë"), encoding="cp1252")) == (1, 0, [])
    assert Ticket.objects.filter(guest_name="Zoë").exists()


def test_a_workbook_comes_in_too(desk, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    line = a_line()
    line[7] = datetime(2023, 4, 5, 13, 22, 11)  # noqa: DTZ001  as Excel keeps it
    book.active.append(line)
    book.save(tmp_path / "old.xlsx")
    (tmp_path / "m.json").write_text(json.dumps(MAPPING))

    assert sums(legacy.import_tickets(tmp_path / "old.xlsx", tmp_path / "m.json", apply=True)) == (1, 0, [])


def test_formulas_are_texts(desk, bring):
    bring(a_line(Specific_Question="'=HYPERLINK(1)", Assignment_Name="=1+1"))

    assert (Ticket.objects.get().question, Ticket.objects.get().assignment) == ("=HYPERLINK(1)", "=1+1")


@pytest.mark.parametrize("header", [HEADER[:-1], [name for name in HEADER if name != "Mode"]])
def test_a_missing_column_refuses_the_file(header, desk, bring):
    answer = bring(a_line()[: len(header)], header=header)

    assert (answer["joined"], answer["errors"][0]["line"], answer["applied"]) == (0, 1, False)


def test_three_megabytes_in_a_cell_refuse_the_file_and_leave_nothing(desk, bring):
    answer = bring(a_line(), a_line(Specific_Question="x" * 3_000_000))

    assert (answer["joined"], answer["errors"][0]["line"]) == (0, 3)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("mapping", [[], {"courses": []}, "x"])
def test_a_mapping_that_is_none_is_told(mapping, desk, bring):
    answer = bring(a_line(), mapping=mapping)

    assert "mapping file" in answer["errors"][0]["message"]


def test_no_lines_are_no_tickets(desk, bring):
    assert sums(bring()) == (0, 0, [])


@pytest.mark.parametrize(
    ("wall", "hour"),
    [("2026-03-08 02:30:00", 8), ("2026-11-01 01:30:00", 6)],  # skipped, and the first of two
)
def test_r5_nights_in_which_the_clock_changes(wall, hour):
    old = read(whole(a_line(Time_Created=wall, Time_Claimed="", Time_Closed="")), MAPPING, CHICAGO)

    assert (old.asked_at.hour, old.asked_at.tzinfo) == (hour, UTC)


@given(st.lists(st.text(max_size=20), min_size=16, max_size=16))
def test_no_line_breaks_the_reader(cells):
    with suppress(LineUnusable):
        read(cells, MAPPING, CHICAGO)
