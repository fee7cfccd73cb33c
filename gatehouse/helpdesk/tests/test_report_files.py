"""Reports as files: every value under its own name, nothing that a spreadsheet would run, memory that stays flat."""

import csv
import io
import json
import tracemalloc
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command

from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries import report_files, ticket_rows
from gatehouse.helpdesk.queries.reporting import Wanted
from gatehouse.helpdesk.reports import Period
from gatehouse.helpdesk.tests.visiting import NOON, a_course, a_visit, visits
from gatehouse.journal.models import Entry
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
WANTED = Wanted(Period(date(2026, 10, 1), date(2026, 10, 31)))


def table(pieces):
    return list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))


def test_r1_every_line_has_each_value_under_its_own_name():
    ana, course = PersonFactory(given_name="Ana", family_name="Ruiz"), a_course(number="1400")
    a_visit(
        course=course, tutors=[ana], assignment="Homework 3", question='Why "so",\nand not\r\nelse?', stars=5,
        comment="Thank you; really", next_step="Read, then try",
    )  # fmt: skip
    a_visit(helped=None, course=course)

    header, first, second = table(report_files.tickets(WANTED, "csv"))

    assert tuple(header) == ticket_rows.HEADER
    assert len(first) == len(second) == len(header)
    told = dict(zip(header, first, strict=True))
    assert told["question"] == 'Why "so",\nand not\r\nelse?'
    assert (told["course"], told["assignment"], told["tutors"]) == ("CSCI 1400", "Homework 3", "Ana Ruiz")
    assert (told["wait_minutes"], told["help_minutes"], told["outcome"], told["rating"]) == (
        "3.0",
        "9.0",
        "solved",
        "5",
    )
    assert (told["asked_at"], told["comment"]) == ("2026-10-14 12:00:00", "Thank you; really")
    assert dict(zip(header, second, strict=True))["outcome"] == "left"


def test_r1_workbook_has_the_same_values_as_the_text():
    visits(3, tutors=[PersonFactory()])

    book = openpyxl.load_workbook(io.BytesIO(b"".join(report_files.tickets(WANTED, "xlsx"))))

    rows = [list(row) for row in book.active.values]
    assert tuple(rows[0]) == ticket_rows.HEADER
    assert [str(row[9]) for row in rows[1:]] == ["2026-10-14 12:00:00"] * 3
    assert {len(row) for row in rows} == {len(ticket_rows.HEADER)}


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(text):
    a_visit(question=text, assignment=text, comment=text, guest_name=text, guest_email="jo@example.org")

    _header, line = table(report_files.tickets(WANTED, "csv"))

    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for cell in line)


def test_report_without_names_has_none_and_all_lines_are_as_long_as_the_header():
    maya, course = PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org"), a_course()
    visits(9, course=course), a_visit(person=maya, course=course)

    rows = table(report_files.summary(WANTED, "csv"))

    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any("Okafor" in cell or "@" in cell for row in rows for cell in row)
    assert rows[1][:4] == ["all", "", "10", "10"]


def test_report_of_few_says_why_it_is_empty():
    visits(4)

    _header, line = table(report_files.summary(WANTED, "csv"))

    assert line[0] == "refused"
    assert "Fewer than 5" in line[1]


def fill(number):
    course, person = a_course(), PersonFactory()
    Ticket.objects.bulk_create(
        [
            Ticket(
                course=course,
                person=person,
                question="x" * 200,
                state="closed",
                asked_at=NOON,
                claimed_at=NOON,
                closed_at=NOON,
            )
            for _ in range(number)
        ],
        batch_size=500,
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_r8_memory_does_not_grow_with_the_tickets(form, monkeypatch):
    monkeypatch.setattr(ticket_rows, "STEP", 200)

    def peak():
        tracemalloc.start()
        for _piece in report_files.tickets(WANTED, form):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    fill(1000)
    peak()  # what is imported and cached on the first time
    small = peak()
    fill(5000)

    assert peak() < small * 1.3 + 200_000


def test_r8_the_first_piece_comes_before_the_tickets_are_read(django_assert_num_queries):
    visits(3)
    pieces = report_files.tickets(WANTED, "csv")

    with django_assert_num_queries(0):
        assert next(pieces).decode("utf-8-sig").startswith("ticket,name,email")


def run(*arguments):
    out = io.StringIO()
    call_command("helpdesk_report", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_command_writes_the_report(tmp_path):
    visits(6)

    answer = run("--from", "2026-10-01", "--to", "2026-10-31", "--out", str(tmp_path / "r.csv"))

    assert (answer["names"], answer["format"]) == (False, "csv")
    assert table([(tmp_path / "r.csv").read_bytes()])[1][2] == "6"
    assert not Entry.objects.filter(verb="tickets.exported").exists()


def test_command_with_names_is_written_down(tmp_path):
    visits(2)

    answer = run("--from", "2026-10-01", "--to", "2026-10-31", "--names", "--out", str(tmp_path / "r.xlsx"))

    assert (answer["tickets"], answer["format"]) == (2, "xlsx")
    assert Entry.objects.get(verb="tickets.exported").details == {"form": "xlsx"}


@pytest.mark.parametrize("days", [("2026-10-32", "2026-10-31"), ("2026-10-31", "2026-10-01"), ("soon", "2026-10-01")])
def test_command_refuses_days_that_are_none(days, tmp_path):
    with pytest.raises(SystemExit) as ended:
        run("--from", days[0], "--to", days[1], "--out", str(tmp_path / "r.csv"))

    assert ended.value.code == 2
    assert list(tmp_path.iterdir()) == []
