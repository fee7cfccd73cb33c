"""Files of the desk's lists: what each line comes to, what is refused and where, and that an export changes nothing."""

import io
import json
import re
import subprocess
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gatehouse.helpdesk import demo
from gatehouse.helpdesk.actions import imports
from gatehouse.helpdesk.catalogue import cells
from gatehouse.helpdesk.catalogue.cells import Unfit
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.catalogue.refusals import ImportRefused
from gatehouse.helpdesk.models import (
    CannedAnswer,
    CatalogueImport,
    Course,
    Holiday,
    Instructor,
    OpeningHours,
    ProblemType,
    Section,
    Term,
    Ticket,
    Tutoring,
)
from gatehouse.helpdesk.tests.catalogue import (
    FILES,
    ORDER,
    applied,
    begun,
    everything,
    exported,
    faults,
    looked_at,
    on_disk,
    sums,
)
from gatehouse.journal.models import Entry
from gatehouse.people import policies as people_policies
from gatehouse.people.models import Person, RoleGrant
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, holder_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def desk(db):
    for slug in ("tutor", "admin"):
        RoleFactory.built_in(slug)
    everything()


# --- every kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ORDER)
def test_what_was_brought_in_is_unchanged_when_it_comes_again(desk, slug):
    lines = looked_at(slug, FILES[slug])

    assert sums(lines) == (0, 0, lines.unchanged, 0, 0)


@pytest.mark.parametrize("slug", ORDER)
def test_an_export_imports_again_as_all_unchanged(desk, slug):
    plan = looked_at(slug, exported(slug))

    assert sums(plan) == (0, 0, plan.unchanged, 0, 0)
    assert plan.unchanged > 0


@pytest.mark.parametrize("slug", ORDER)
def test_an_import_is_taken_back(db, slug):
    for role in ("tutor", "admin"):
        RoleFactory.built_in(role)
    for other in ORDER[: ORDER.index(slug)]:
        applied(other)
    before = exported(slug)

    done, _plan = applied(slug)
    assert exported(slug) != before
    undone = imports.undo_import(catalogue_import=done, actor=None)

    assert exported(slug) == before
    assert undone.kept == 0


@pytest.mark.parametrize("slug", ORDER)
def test_putting_away_what_is_not_in_the_file_is_taken_back(desk, slug):
    before = exported(slug)
    first = begun(slug, "\n".join(before.splitlines()[:2]) + "\n")

    done, plan = imports.apply_import(catalogue_import=first, missing="archive", actor=None)
    assert exported(slug) != before or not plan.missing
    imports.undo_import(catalogue_import=done, actor=None)

    assert exported(slug) == before


@pytest.mark.parametrize("slug", ORDER)
def test_a_file_asks_as_much_of_the_database_for_three_lines_as_for_one(desk, slug):
    header, *lines = exported(slug).splitlines(keepends=True)
    asked = []
    for count in (1, 3):
        first = begun(slug, header + "".join(lines[: count if slug != "answers" else 4]))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            imports.plan_of(first)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_a_change_is_told_by_column_and_journaled(desk):
    done, plan = applied("courses", "department,number,name,on_display\ncsci,1400,Introduction to Computing,yes\n")

    assert sums(plan) == (0, 1, 0, 2, 0)
    assert Course.objects.get(number="1400").name == "Introduction to Computing"
    assert Course.objects.get(number="1400").department == "CSCI"
    entry = Entry.objects.get(verb="catalogue.imported", subject_id=f"catalogue import {done.pk}")
    assert entry.details == {"kind": "courses", "joined": 0, "changed": 1, "archived": 0}


def test_columns_that_a_file_lacks_stay_as_they_are(desk):
    applied("sections", "department,number,section,semester\nCSCI,1400,001,Fall 2026\nCSCI,1400,002,Fall 2026\n")

    kept, new = Section.objects.filter(term__season="Fall", number__in=["001", "002"]).order_by("number")
    assert (kept.days, kept.start_time, kept.instructor.last_name) == ("MoWe", time(9), "McDonald")
    assert (new.days, new.start_time, new.instructor, new.mode) == ("", None, None, "InPerson")


def test_what_was_archived_and_is_in_the_file_comes_back(desk):
    applied("rooms", "name\nB13\n", missing="archive")

    _done, plan = applied("rooms")

    assert [(change.before["active"], change.after["active"]) for change in plan.changed] == [(False, True)]


# --- must not repeat -----------------------------------------------------------------------------


def test_r9_the_same_section_number_is_accepted_next_semester(desk):
    assert [str(section.term) for section in Section.objects.filter(number="001").order_by("term__starts_on")] == [
        "Fall 2026",
        "Spring 2027",
    ]


def test_r10_section_numbers_stay_text(desk):
    assert set(Section.objects.values_list("number", flat=True)) == {"001", "850"}
    assert Course.objects.filter(number="0101").exists()
    assert "CSCI,1400,001,Fall 2026" in exported("sections")


def test_r11_names_keep_their_capitals(desk):
    names = set(Instructor.objects.values_list("last_name", flat=True))

    assert {"McDonald", "O'Brien", "de la Cruz", "Nguyễn"} <= names
    assert Instructor.objects.filter(last_name="Nguyễn").count() == 2


def test_r13_an_undone_import_archives_what_a_ticket_names(db):
    done, _plan = applied("courses")
    ticket = Ticket.objects.create(guest_name="Maya", course=Course.objects.get(number="1400"), question="Why?")

    imports.undo_import(catalogue_import=done, actor=None)

    assert list(Course.objects.values_list("number", flat=True)) == ["1400"]
    ticket.refresh_from_db()
    assert ticket.course.archived_at is not None
    assert ticket.course.name == "Introduction"


def test_r19_no_meeting_link_or_credential_is_in_the_tree():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    links = re.compile(
        rb"https?://[\w.-]*(?:zoom\.us/j/|teams\.microsoft\.com/l/|meet\.google\.com/|webex\.com/meet)\w"
    )
    hashes = re.compile(rb"(?:pbkdf2_sha256\$\d|argon2\$argon2|bcrypt_sha256\$)\S{20}")
    names = [name for name in listed.stdout.decode().split("\0") if name.startswith(("gatehouse/helpdesk/", "demo/"))]

    assert [name for name in names if (ROOT / name).is_file() and links.search((ROOT / name).read_bytes())] == []
    assert [name for name in names if (ROOT / name).is_file() and hashes.search((ROOT / name).read_bytes())] == []
    assert links.search(b"see https://example.zoom.us" + b"/j/12345")


# --- the bad-line set ----------------------------------------------------------------------------

COURSES = FILES["courses"]


def refused(slug, content, **how):
    with pytest.raises(ImportRefused) as caught:
        begun(slug, content, **how)
    return str(caught.value)


def test_a_missing_column_is_named(db):
    assert "no column “number”" in refused("courses", "department,name\nCSCI,Introduction\n")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + COURSES.encode(),
        COURSES.replace(",", ";").encode(),
        COURSES.replace("\n", "\r\n").encode(),
        COURSES.replace(",", "\t").encode("utf-16"),
        COURSES.encode("latin-1"),
    ],
    ids=["BOM", "semicolons", "CRLF", "UTF-16 and tabs", "Latin-1"],
)
def test_files_are_read_as_programs_write_them(db, content):
    applied("courses", content)

    assert list(Course.objects.values_list("number", "name")) == [
        ("1400", "Introduction"),
        ("1620", "Programming"),
        ("0101", "Ärithmetik"),
    ]


def test_a_cell_of_3_mb_is_refused_by_line_and_column(db):
    said = refused("courses", f"department,number,name\nCSCI,1400,{'x' * 3_000_000}\n")

    assert "Line 2" in said
    assert "name" in said


def test_a_cell_longer_than_its_column_is_told_by_line(db):
    plan = looked_at("courses", f"department,number,name\nCSCI,1400,{'x' * 101}\nCSCI,1620,Programming\n")

    assert faults(plan) == [(2, "name", "This has 101 characters; at most 100 fit.")]
    assert len(plan.new) == 1


def test_a_formula_is_text_and_leaves_as_text(db):
    formula = '=HYPERLINK("https://example.org","free")'
    applied("courses", 'department,number,name\nCSCI,1400,"=HYPERLINK(""https://example.org"",""free"")"\n')

    assert Course.objects.get().name == formula
    assert "'=HYPERLINK" in exported("courses")
    assert sums(looked_at("courses", exported("courses"))) == (0, 0, 1, 0, 0)


def test_a_key_that_comes_twice_is_told_with_the_first_line(db):
    plan = looked_at("courses", "department,number,name\nCSCI,1400,One\ncsci,1400,Two\n")

    assert faults(plan) == [(3, "department", "Line 2 names the same already. Remove one of them.")]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("CSCI,1400,9,Fall 2026,,,,,nobody@example.org", ("professor_email", "There is no professor")),
        ("CSCI,9999,9,Fall 2026,,,,,", ("number", "There is no course “CSCI 9999”")),
        ("CSCI,1400,9,Fall 2031,,,,,", ("semester", "There is no semester “Fall 2031”")),
        ("CSCI,1400,9,Winter 2026,,,,,", ("semester", "“Winter 2026” is not a semester")),
        ("CSCI,1400,9,Fall 2026,Mo,24:00,25:00,,", ("start_time", "“24:00” is not a time of day")),
        ("CSCI,1400,9,Fall 2026,Mo,11:00,10:00,,", ("end_time", "The end is before the beginning")),
        ("CSCI,1400,9,Fall 2026,Mo,11:00,,,", ("end_time", "Write both ends, or neither")),
        ("CSCI,1400,9,Fall 2026,Mx,,,,", ("days", "“Mx” are not days")),
        ("CSCI,1400,9,Fall 2026,,,,Hybrid,", ("mode", "“Hybrid” is none of: InPerson, Remote, TotallyOnline")),
        ("CSCI,1400,,Fall 2026,,,,,", ("section", "This must not be empty")),
        ("CSCI,1400,9,Fall 2026,,,,,@", ("professor_email", "is not an address")),
        ("CSCI,1400,9,Fall 2026,,,,,,,one too many", ("10", "more cells than the header")),
    ],
)
def test_a_bad_section_is_told_by_line_and_column_and_the_others_stand(desk, cells, fault):
    header = FILES["sections"].splitlines()[0]
    plan = looked_at("sections", f"{header}\n{cells}\nCSCI,1400,10,Fall 2026,,,,,\n")

    [(line, column, message)] = faults(plan)
    assert (line, column) == (2, fault[0])
    assert fault[1] in message
    assert len(plan.new) == 1


@pytest.mark.parametrize(
    ("slug", "line", "column"),
    [
        ("semesters", "abcd,Fall,2026-08-24,2026-12-18", "year"),
        ("semesters", "2026,Winter term,2026-08-24,2026-12-18", "season"),
        ("semesters", "2026,Fall,2026-12-18,2026-08-24", "end_date"),
        ("semesters", "2026,Fall,2026-02-30,2026-08-24", "start_date"),
        ("semesters", "2026,Fall,9/8/2026,2026-12-18", "start_date"),
        ("hours", "Someday,09:00,12:00", "weekday"),
        ("hours", "Monday,09:00,24:00", "closes"),
        ("hours", "Monday,12:00,12:00", "closes"),
        ("holidays", "31/02/2027,Never", "date"),
        ("problem_types", "Debugging,many,yes", "order"),
        ("problem_types", "Debugging,1,perhaps", "active"),
        ("staff", "ana@example,Ana,tutor,yes,", "email"),
        ("staff", "ana@example.org,Ana,owner,yes,", "role"),
        ("staff", "ana@example.org,Ana,tutor,yes,CSCI 1400; NONE 1", "courses"),
    ],
)
def test_bad_cells_are_told_by_column(db, slug, line, column):
    Course.objects.create(department="CSCI", number="1400", name="Introduction")
    plan = looked_at(slug, FILES[slug].splitlines()[0] + "\n" + line + "\n")

    assert [(fault.line, fault.column) for fault in plan.faults] == [(2, column)]
    assert plan.changes == []


def test_days_of_excel_are_read(db):
    applied(
        "semesters", "year,season,start_date,end_date\n2026,Fall,8/24/2026,46374\n2027,Spring,11.1.2027,7 May 2027\n"
    )

    assert list(Term.objects.order_by("year").values_list("starts_on", "ends_on")) == [
        (date(2026, 8, 24), date(2026, 12, 18)),
        (date(2027, 1, 11), date(2027, 5, 7)),
    ]


def test_days_of_either_order_are_read_as_somebody_says(db):
    applied("holidays", "date,name\n5/4/2027,A day\n", dates="dmy")

    assert Holiday.objects.get().date == date(2027, 4, 5)


def test_a_workbook_is_read_with_its_own_days_and_times(db):
    book = openpyxl.Workbook()
    book.active.append(["Weekday", "Opens", "Closes"])
    book.active.append(["Mon", time(9), time(12, 30)])
    book.active.append(["Tuesday", "9:00 AM", "1:30 pm"])
    out = io.BytesIO()
    book.save(out)

    applied("hours", out.getvalue(), name="hours.xlsx")

    assert list(OpeningHours.objects.values_list("weekday", "opens", "closes")) == [
        (0, time(9), time(12, 30)),
        (1, time(9), time(13, 30)),
    ]


def test_a_file_without_lines_is_refused(db):
    assert "no lines below it" in refused("courses", "department,number,name\n")
    assert "empty" in refused("courses", "")


def test_50000_lines_are_taken(db):
    lines = "".join(f"CSCI,{number},Course {number}\n" for number in range(50_000))

    done, plan = applied("courses", "department,number,name\n" + lines)

    assert (len(plan.new), Course.objects.count()) == (50_000, 50_000)
    assert done.lines == []


# --- applying ------------------------------------------------------------------------------------


def test_a_file_with_errors_puts_nothing_away(desk):
    first = begun("rooms", "name\nB12\n" + "x" * 50 + "\n")

    with pytest.raises(ImportRefused, match="Correct the lines"):
        imports.apply_import(catalogue_import=first, missing="archive", actor=None)


def test_a_preview_that_is_no_longer_true_is_not_applied(desk):
    first = begun("courses", "department,number,name\nCSCI,1400,Anew\n")
    seen = imports.fingerprint(KINDS["courses"], imports.plan_of(first))
    Course.objects.filter(number="1400").update(name="Changed meanwhile")

    with pytest.raises(ImportRefused, match="Something changed here"):
        imports.apply_import(catalogue_import=first, seen=seen, actor=None)


def test_a_file_is_applied_once(desk):
    first = begun("courses", "department,number,name\nCSCI,1400,Anew\n")
    imports.apply_import(catalogue_import=first, actor=None)

    with pytest.raises(ImportRefused, match="applied already"):
        imports.apply_import(catalogue_import=first, actor=None)


def test_an_undo_leaves_what_somebody_changed_since(desk):
    done, _plan = applied("courses", "department,number,name\nCSCI,1400,Anew\nCSCI,1620,Anew too\n")
    Course.objects.filter(number="1400").update(name="Better")

    undone = imports.undo_import(catalogue_import=done, actor=None)

    assert undone.kept == 1
    assert dict(Course.objects.values_list("number", "name")) == {
        "1400": "Better",
        "1620": "Programming",
        "0101": "Ärithmetik",
    }
    with pytest.raises(ImportRefused, match="can't be undone"):
        imports.undo_import(catalogue_import=done, actor=None)


def test_two_imports_of_the_same_at_once_make_it_once(together):
    files = [begun("courses", COURSES) for _n in range(2)]

    outcomes = together(*[lambda one=one: imports.apply_import(catalogue_import=one, actor=None) for one in files])

    assert Course.objects.count() == 3
    assert {type(outcome).__name__ for outcome in outcomes} <= {"tuple", "ImportRefused"}


def test_old_previews_are_forgotten(desk):
    waiting = begun("courses", COURSES)
    assert imports.forget_imports() == 0

    CatalogueImport.objects.update(made_at="2020-01-01T00:00Z")
    CatalogueImport.objects.filter(applied_at__isnull=False).update(applied_at="2020-01-01T00:00Z")

    assert imports.forget_imports() == 1 + len(ORDER)
    assert not CatalogueImport.objects.filter(pk=waiting.pk).exists()
    assert not CatalogueImport.objects.exclude(done=[]).exists()


# --- staff ---------------------------------------------------------------------------------------


def test_staff_get_their_role_and_courses(desk):
    ana, cy = Person.objects.get(email="ana@example.org"), Person.objects.get(email="cy@example.org")

    assert (cy.given_name, cy.family_name) == ("Cy", "van der Berg")
    assert [grant.role.slug for grant in ana.grants.all()] == ["tutor"]
    assert not RoleGrant.objects.filter(person=cy).exists()
    assert [row.course.number for row in Tutoring.objects.filter(person=cy, archived_at__isnull=False)] == ["0101"]
    assert [row.course.number for row in Tutoring.objects.filter(person=ana).order_by("course")] == ["1400", "1620"]


def test_staff_known_by_address_keep_their_name(desk):
    PersonFactory(email="dee@example.org", given_name="Dee", family_name="Marsh")

    applied("staff", "email,name,role,active,courses\nDEE@example.org,Somebody Else,tutor,yes,csci 1400 (lead)\n")

    dee = Person.objects.get(email="dee@example.org")
    assert dee.name == "Dee Marsh"
    assert [(row.course.code, row.part) for row in dee.tutorings.all()] == [("CSCI 1400", "lead")]
    assert "CSCI 1400 (lead)" in exported("staff")


def test_staff_who_are_made_inactive_lose_role_and_courses_and_get_them_back(desk):
    applied("staff", "email,role,active,courses\nana@example.org,tutor,no,CSCI 1400;CSCI 1620\n")
    ana = Person.objects.get(email="ana@example.org")
    assert not ana.grants.exists()
    assert not ana.tutorings.filter(archived_at=None).exists()

    applied("staff")

    assert ana.grants.count() == 1
    assert ana.tutorings.filter(archived_at=None).count() == 2


def test_r14_whoever_may_not_give_roles_gives_none_by_a_file(desk):
    manager = holder_of("help.manage")
    with pytest.raises(ImportRefused, match="gives roles"):
        applied("staff", "email,name,role\nnew@example.org,New Person,tutor\n", actor=manager)

    assert not Person.objects.filter(email="new@example.org").exists()


def test_whoever_runs_the_desk_gives_no_role_beyond_his_own(desk):
    giver = holder_of("help.manage", "help.tickets", people_policies.EDIT, people_policies.ROLES)
    PersonFactory(email="new@example.org")

    with pytest.raises(ImportRefused, match="gives roles"):
        applied("staff", "email,role\nnew@example.org,admin\n", actor=giver)


# --- the command ---------------------------------------------------------------------------------


def commanded(*arguments, capsys):
    with pytest.raises(SystemExit) if "--fails" in arguments else _nothing():
        call_command("helpdesk_import", *[one for one in arguments if one != "--fails"], "--json")
    return json.loads(capsys.readouterr().out)


class _nothing:  # noqa: N801
    def __enter__(self): ...
    def __exit__(self, *error): ...


def test_the_command_previews_and_applies(db, capsys):
    with on_disk(COURSES + "CSCI,1400,Twice,yes\n") as path:
        preview = commanded("courses", str(path), capsys=capsys)
        assert not Course.objects.exists()
        assert not CatalogueImport.objects.exists()
        done = commanded("courses", str(path), "--apply", capsys=capsys)
        again = commanded("courses", str(path), capsys=capsys)

    assert preview == {
        "kind": "courses",
        "applied": False,
        "joined": 3,
        "changed": 0,
        "unchanged": 0,
        "missing": 0,
        "errors": [
            {"line": 5, "column": "department", "message": "Line 2 names the same already. Remove one of them."}
        ],
    }
    assert done == {**preview, "applied": True}
    assert (again["joined"], again["unchanged"], Course.objects.count()) == (0, 3, 3)


def test_the_command_answers_a_refusal_with_one_object(db, capsys):
    with on_disk("department\nCSCI\n") as path:
        answer = commanded("courses", str(path), "--fails", capsys=capsys)

    assert "no column “number”" in answer["error"]


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (cells.Clock(), "9:05", time(9, 5)),
        (cells.Clock(), "12:00 am", time(0)),
        (cells.Clock(), "12.30 PM", time(12, 30)),
        (cells.Clock(), "23:59:59", time(23, 59)),
        (cells.Weekdays(), "we, mo", "MoWe"),
        (cells.Weekdays(), "TuTh", "TuTh"),
        (cells.Weekday(), "7", 6),
        (cells.Weekday().seen(["0", "6"], "auto"), "6", 6),
        (cells.Weekday(), "Do", 3),
        (cells.Season(seasons=("Fall",)), "2026 fall", "Fall 2026"),
        (cells.Courses(), "B 2 (Lead); A 1, ;", (("A 1", "tutor"), ("B 2", "lead"))),
        (cells.Truth(), "TRUE", True),
        (cells.Whole(), "12.0", 12),
    ],
)
def test_cells_read_what_people_write(cell, text, value):
    assert cell.read(text) == value
    assert cell.read(cell.write(value)) == value


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (cells.Clock(), "24:00"),
        (cells.Clock(), "٩:٠٠"),
        (cells.Weekday(), "0"),
        (cells.Weekday(), "T"),
        (cells.Weekdays(), "Mow"),
        (cells.Whole(), "²"),
        (cells.Whole(most=10), "11"),
        (cells.Day(), "2026-13-01"),
        (cells.Truth(), "maybe"),
    ],
)
def test_cells_refuse_what_they_cannot_read(cell, text):
    with pytest.raises(Unfit):
        cell.read(text)


def test_answers_keep_their_lines(desk):
    assert CannedAnswer.objects.get(title="Truth tables").text == "Draw one.\n\nThen look again."
    assert ProblemType.objects.get(text="Proofs").archived_at is not None


def test_the_demos_files_are_taken_whole(db, settings):
    for slug in ("tutor", "admin"):
        RoleFactory.built_in(slug)

    demo.load()

    assert CatalogueImport.objects.filter(refused__gt=0).count() == 0
    assert (Course.objects.count(), Section.objects.count(), Instructor.objects.count()) == (60, 180, 40)
