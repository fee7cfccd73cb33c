import io
import zipfile

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gatehouse.core import clock
from gatehouse.people import actions, policies, queries
from gatehouse.people.models import Invitation, Membership, Person, RosterImport
from gatehouse.people.tests.factories import PersonFactory, holder_of
from gatehouse.people.tests.importing import (
    EMAIL,
    GIVEN,
    LEVEL,
    NUMBER,
    STATUS,
    ZIP,
    applied,
    begun,
    checked,
    csv_of,
    member,
)
from gatehouse.people.tests.test_roster_import import queued, work

pytestmark = pytest.mark.django_db

State = RosterImport.State
HEAD = "Membership ID,Name,Email\r\n"


@pytest.fixture
def officer(db):
    return holder_of(policies.IMPORT, given_name="Ruth", family_name="Amsel", email="ruth@example.org")


@pytest.fixture
def desk(officer):
    """The officer's browser."""
    client = Client()
    client.force_login(officer)
    return client


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def text_of(response):
    return " ".join(page(response).select_one("main").get_text(" ").split())


def upload(desk, content, name="roster.csv"):
    content = content.encode() if isinstance(content, str) else content
    return desk.post("/manage/roster", {"file": SimpleUploadedFile(name, content)})


def rows(count, start=0, **cells):
    return [
        member(f"{n:05}", "Maya", f"Okafor {n}", **{EMAIL: f"m{n}@example.org"}, **cells)
        for n in range(start, start + count)
    ]


# --- the whole way, as a browser goes it ---------------------------------------------------------


def test_from_upload_to_undo(desk):
    assert "Nothing was imported yet" in text_of(desk.get("/manage/roster"))

    uploaded = upload(desk, csv_of(rows(3)))
    done = RosterImport.objects.get()
    assert uploaded.url == f"/manage/roster/{done.pk}"
    columns = desk.get(uploaded.url, follow=True)
    assert columns.redirect_chain == [(f"/manage/roster/{done.pk}/columns", 302)]
    fields = {
        one["name"]: (one.select_one("option[selected]") or {"value": ""})["value"]
        for one in page(columns).select("main select")
    }
    fields |= {"source": "altru", "date_order": "mdy", "save_as": ""}
    assert fields["c0"] == "number"

    assert desk.post(f"/manage/roster/{done.pk}/columns", fields).url == f"/manage/roster/{done.pk}"
    assert "Reading the file" in text_of(desk.get(f"/manage/roster/{done.pk}"))
    work()
    preview = text_of(desk.get(f"/manage/roster/{done.pk}"))
    assert "Check before anything changes" in preview
    assert "Apply 3 changes" in preview
    assert "brought by you" in preview

    desk.post(f"/manage/roster/{done.pk}/apply")
    assert "Applying the changes" in text_of(desk.get(f"/manage/roster/{done.pk}"))
    work()
    result = text_of(desk.get(f"/manage/roster/{done.pk}"))
    assert "The import is done" in result
    assert "Invite the 3 new people who have an address" in result

    assert "3 people who came with it go again." in text_of(desk.get(f"/manage/roster/{done.pk}/undo"))
    desk.post(f"/manage/roster/{done.pk}/undo")
    work()
    assert "Everything is as it was before." in text_of(desk.get(f"/manage/roster/{done.pk}"))
    assert Membership.objects.count() == 0


def test_a_table_can_be_pasted(desk):
    answer = desk.post("/manage/roster", {"text": "Student ID\tName\n007\tMaya Okafor"})

    done = RosterImport.objects.get()
    assert answer.url == f"/manage/roster/{done.pk}"
    assert (done.columns, done.filename) == ({"Student ID": "number", "Name": "name"}, "pasted table.csv")


def test_a_small_workbook_is_opened_at_once_and_a_large_one_by_the_worker(desk, monkeypatch):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["Student ID", "Name"], ["007", "Maya Okafor"]):
        book.active.append(row)
    book.save(out)

    upload(desk, out.getvalue(), "class.xlsx")
    monkeypatch.setattr("gatehouse.people.actions.roster_files.OPENED_AT_ONCE", 10)
    later = upload(desk, out.getvalue(), "class.xlsx")

    assert [one.state for one in RosterImport.objects.order_by("pk")] == ["uploaded", "opening"]
    assert "Opening the workbook" in text_of(desk.get(later.url))
    work()
    assert "What do the columns mean?" in text_of(desk.get(later.url, follow=True))


@pytest.mark.parametrize("name", ["gatehouse", "altru", "classlist"])
def test_a_template_to_fill_in_is_recognised_when_it_comes_back(desk, name):
    template = desk.get(f"/manage/roster/templates/{name}.csv")
    assert template["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    header = template.content.decode("utf-8-sig").strip()

    upload(desk, f"{header}\r\n{','.join('7' for _ in header.split(','))}\r\n")

    assert RosterImport.objects.get().mapping == name


def test_there_is_no_other_template(desk):
    assert desk.get("/manage/roster/templates/nothing.csv").status_code == 404


# --- files that are none -------------------------------------------------------------------------


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (64 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7 and more", "This is a PDF, not a table. Save the table as .xlsx or .csv"),
        (b"<!doctype html><table>", "This is a web page, not a table."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an old Excel file (.xls)."),
        (HEAD, "This file has a header and no lines below it."),
        ("Email,Name,email\r\n1,2,3\r\n", "Line 1: columns 1 and 3 are both called “email”. Rename or remove one."),
        (HEAD + "1,Ma\0ya,x\r\n", "Line 2, column “Name” has a NUL byte; the file is damaged."),
        (HEAD.encode() + b"1,Na\xc3\xafve,x\r\n2,Na\xefve,x\r\n", "Line 3, column “Name” has characters that do not fit"),
        (HEAD + f"1,{'x' * 10_000_000},x\r\n", "Line 2, column “Name” is longer than 131072 characters."),
        (",".join(f"c{n}" for n in range(500_000)) + "\r\n1\r\n", "Line 1 has more than 500 columns."),
        (bomb(), "This workbook unpacks to more than we can take."),
        (b"PK\x03\x04 nothing", "This workbook is damaged."),
    ],
    ids=["empty", "pdf", "page", "xls", "header", "doubled", "nul", "encoding", "cell", "columns", "bomb", "zip"],
)  # fmt: skip
def test_a_file_that_is_no_roster_is_refused_where_it_was_chosen(desk, content, told):
    answer = upload(desk, content)

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert page(answer).select_one("#id_file")["aria-invalid"] == "true"
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEAD + '1,"Maya,x\r\n2,Leon,y\r\n', "Line 2, column “Name” opens a quote that is never closed."),
    ],
)
def test_what_shows_only_while_it_is_read_refuses_the_whole_file(tmp_path, officer, desk, content, told):
    answer = upload(desk, content)

    assert answer.status_code == 422
    assert told in text_of(answer)


def test_nothing_chosen_is_told_in_place(desk):
    answer = desk.post("/manage/roster", {})

    assert (answer.status_code, "Choose a file, or paste the table below." in text_of(answer)) == (422, True)


def test_a_file_over_the_limit_is_not_taken(desk, settings):
    settings.UPLOAD_LIMIT = 1_000_000

    answer = upload(desk, "x" * 1_500_000)

    assert answer.status_code == 413
    assert not RosterImport.objects.exists()


def test_lines_with_errors_are_told_by_line_and_column_and_left_out(tmp_path, desk, officer):
    bad = [
        member("1", **{STATUS: "Actve"}),
        member("2", **{"Expiration date": "31/02/2026"}),
        member("3", **{EMAIL: "jo.park@@example.org"}),
        member("4", **{GIVEN: '=HYPERLINK("http://example.org")'}),
        member(""),
        *rows(2, start=10),
    ]
    done = checked(tmp_path, bad, actor=officer)

    preview = text_of(desk.get(f"/manage/roster/{done.pk}"))

    assert "5 lines can’t be read and will be skipped" in preview
    for told in (
        "Line 2 , Status: “Actve” is no status we know.",
        "Line 3 , Expiration date: “31/02/2026” is not a day",
        "Line 4 , Members\\Constituent\\Email Addresses\\Email address: “jo.park@@example.org” is not an e-mail address.",
        "is a formula, not a text.",
        "Line 6 , Membership ID: This line has no number",
        "Download the 5 lines to correct them",
    ):
        assert told in preview
    lines = b"".join(desk.get(f"/manage/roster/{done.pk}/lines.csv").streaming_content).decode("utf-8-sig")
    assert len(lines.splitlines()) == 6
    assert done.joined == 2


def test_the_message_of_a_refused_import_speaks_the_readers_language(tmp_path, desk, officer):
    waiting = queued(tmp_path, rows(1), officer)
    waiting.columns = {NUMBER: "number", STATUS: "nonsense"}
    waiting.save()
    work()

    waiting.refresh_from_db()
    assert (waiting.template, waiting.params) == (
        "“%(field)s”, chosen for column “%(column)s”, is nothing a roster knows.", {"column": "Status", "field": "nonsense"},
    )  # fmt: skip
    answer = text_of(desk.get(f"/manage/roster/{waiting.pk}"))
    assert "The file could not be read" in answer
    assert waiting.message in answer
    assert "Look at the columns again" in answer


# --- columns -------------------------------------------------------------------------------------


def columns_form(done, **changes):
    chosen = {f"c{place}": done.columns.get(column["name"], "") for place, column in enumerate(done.header)}
    return {**chosen, "source": done.source, "date_order": done.date_order, "save_as": "", **changes}


def test_columns_show_samples_and_what_was_guessed(tmp_path, desk, officer):
    done = begun(tmp_path, "Nummer;Vorname;Was\n007;Maya;x\n008;Leon;y\n", mapping=None, actor=officer)

    drawn = page(desk.get(f"/manage/roster/{done.pk}/columns"))

    told = [" ".join(row.get_text(" ").split()) for row in drawn.select("tbody tr")]
    assert [("guessed" in one, "not read" in one) for one in told] == [(True, False), (True, False), (False, True)]
    assert "007 · 008" in told[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"c0": ""}, "Choose the column that holds the number"),
        ({"c1": "number"}, "“Membership ID” is read as “Number” already. Choose one of the two."),
        ({"c1": "nonsense"}, "Select a valid choice."),
        ({"source": " "}, "This field is required."),
        ({"date_order": "ymd"}, "Select a valid choice."),
        ({"save_as": "Mine, all mine"}, "Use small letters, digits and hyphens"),
        ({"save_as": "altru"}, "“altru” is a mapping of our own."),
    ],
)
def test_columns_that_do_not_make_a_roster_are_refused_in_place(tmp_path, desk, officer, changes, told):
    done = begun(tmp_path, rows(1), actor=officer)

    answer = desk.post(f"/manage/roster/{done.pk}/columns", columns_form(done, **changes))

    assert (answer.status_code, told in text_of(answer)) == (422, True)
    assert RosterImport.objects.get().state == State.UPLOADED


def test_columns_are_remembered_under_a_name(tmp_path, desk, officer):
    done = begun(tmp_path, "Nr;Who;Locker\n7;Maya Okafor;12\n", mapping=None, actor=officer)

    answer = desk.post(
        f"/manage/roster/{done.pk}/columns",
        {"c0": "number", "c1": "name", "c2": "attr", "source": " the  club ", "date_order": "dmy", "save_as": "club"},
    )

    assert answer.status_code == 302
    saved = actions.mappings()["club"]
    assert (saved.columns, saved.source) == ({"Nr": "number", "Who": "name", "Locker": "attr:Locker"}, "the club")
    work()
    actions.apply_import(roster_import=RosterImport.objects.get(), actor=officer)
    assert Person.objects.get(family_name="Okafor").attributes == {"Locker": "12"}


# --- the preview ---------------------------------------------------------------------------------


@pytest.fixture
def november(tmp_path, officer):
    """Two changed, one new, one missing, one line in doubt, one refused."""
    applied(tmp_path, rows(4), actor=officer)
    lines = [
        *rows(1, **{LEVEL: "Family"}),
        *rows(1, start=1, **{ZIP: "01097"}),
        *rows(1, start=2),
        *rows(1, start=10),
        member("00011", "Leon", "Brandt", **{EMAIL: "m0@example.org"}),
        member("00012", **{STATUS: "Actve"}),
    ]
    return checked(tmp_path, lines, actor=officer)


@pytest.mark.parametrize(
    ("show", "numbers"),
    [
        ("", ["00000", "00001", "00010", "00011"]),
        ("joined", ["00010"]),
        ("changed", ["00000", "00001"]),
        ("levels", ["00000"]),
        ("missing", ["00003"]),
        ("nonsense", ["00000", "00001", "00010", "00011"]),
    ],
)
def test_each_kind_of_change_can_be_looked_at_alone(desk, november, show, numbers):
    drawn = page(desk.get(f"/manage/roster/{november.pk}", {"show": show}))

    assert [row.select("td")[1].get_text() for row in drawn.select("tbody tr")] == numbers


def test_sums_and_differences(desk, november):
    drawn = page(desk.get(f"/manage/roster/{november.pk}"))

    assert [one.select("dd")[0].get_text() for one in drawn.select(".sums > div")] == ["1", "2", "1", "1", "2"]
    assert "1 refused, 1 to decide" in drawn.select(".sums > div")[4].get_text(" ")
    assert "Lines that can’t be read: 1. Lines in doubt: 1." in drawn.get_text()
    assert "Download the 2 lines" in drawn.get_text()
    assert [" ".join(one.get_text(" ").split()) for one in drawn.select("td .diff")] == [
        "was Friend becomes Family", "becomes 01097",
    ]  # fmt: skip


def test_lines_in_doubt_are_decided_on_the_page(desk, november):
    (doubt,) = queries.doubtful(november)
    shown = desk.get(f"/manage/roster/{november.pk}?show=doubtful")
    assert "“m0@example.org” belongs to Maya Okafor 0. Is Leon Brandt the same person?" in text_of(shown)

    answer = desk.post(f"/manage/roster/{november.pk}/decide", {f"d{doubt.pk}": "other", "all": "each"}, follow=True)

    assert "1 line is decided." in page(answer).get_text()
    november.refresh_from_db()
    assert (november.undecided, november.joined) == (0, 2)


def test_one_word_for_all_leaves_what_was_chosen(tmp_path, desk, officer):
    names = ["Maya", "Leon", "Aiko", "Ida"]
    done = checked(
        tmp_path, [member(str(n), name, **{EMAIL: "maya@example.org"}) for n, name in enumerate(names)], actor=officer
    )
    first, second, _third = queries.doubtful(done)
    desk.post(f"/manage/roster/{done.pk}/decide", {f"d{first.pk}": "other"})
    drawn = desk.get(f"/manage/roster/{done.pk}?show=doubtful")
    assert "To decide (1 decided)" in text_of(drawn)

    desk.post(f"/manage/roster/{done.pk}/decide", {f"d{second.pk}": "skip", "all": "same"})

    assert [one.decision for one in queries.doubtful(done)] == ["other", "skip", "same"]
    chips = page(desk.get(f"/manage/roster/{done.pk}")).select("a.chip")
    assert [" ".join(one.get_text(" ").split()) for one in chips][-1] == "Decided 3"


def test_an_undo_says_who_was_invited(desk, tmp_path, officer):
    done = applied(tmp_path, rows(3), actor=officer)
    desk.post(f"/manage/roster/{done.pk}/invite")

    assert "3 of them were invited already" in text_of(desk.get(f"/manage/roster/{done.pk}/undo"))


def test_one_word_for_all_lines_in_doubt(tmp_path, desk, officer):
    done = checked(
        tmp_path,
        [member(str(n), name, **{EMAIL: "maya@example.org"}) for n, name in enumerate(["Maya", "Leon", "Aiko"])],
        actor=officer,
    )

    desk.post(f"/manage/roster/{done.pk}/decide", {"all": "same"})

    done.refresh_from_db()
    assert (done.joined, done.undecided) == (3, 0)


@pytest.mark.parametrize(
    "posted", [{"d1": "nonsense"}, {"d99999999999999999999": "same"}, {"dx": "same"}, {"all": "nobody"}]
)
def test_a_decision_that_is_none_changes_nothing(desk, november, posted):
    answer = desk.post(f"/manage/roster/{november.pk}/decide", posted)

    assert answer.status_code in {302, 409}
    november.refresh_from_db()
    assert november.undecided == 1


def test_the_missing_are_treated_as_chosen(desk, november):
    assert desk.post(f"/manage/roster/{november.pk}/apply", {"missing": "left"}).status_code == 302
    work()

    assert Membership.objects.get(number="00003").status == "ended"


def test_more_than_a_hundred_missing_have_to_be_typed(tmp_path, desk, officer):
    applied(tmp_path, rows(120), actor=officer)
    done = checked(tmp_path, rows(5), actor=officer)
    address = f"/manage/roster/{done.pk}/apply"

    assert "Type the number 115 to go on" in text_of(desk.post(address, {"missing": "expire"}))
    mistyped = desk.post(address, {"missing": "expire", "number": "120"})
    assert (mistyped.status_code, "The number was not right." in text_of(mistyped)) == (422, True)
    done.refresh_from_db()
    assert done.state == State.CHECKED

    assert desk.post(address, {"missing": "expire", "number": "115"}).status_code == 302
    done.refresh_from_db()
    assert (done.state, done.missing_choice) == (State.APPLYING, "expire")


def test_a_choice_that_is_none_is_refused_in_place(desk, november):
    answer = desk.post(f"/manage/roster/{november.pk}/apply", {"missing": "shoot"})

    assert (answer.status_code, "Select a valid choice." in text_of(answer)) == (422, True)


def test_nothing_to_apply_has_no_button(tmp_path, desk, officer):
    applied(tmp_path, rows(2), actor=officer)
    done = checked(tmp_path, rows(2), actor=officer)

    preview = text_of(desk.get(f"/manage/roster/{done.pk}"))

    assert "This file changes nothing" in preview
    assert "Apply" not in preview.split("There is nothing to apply.")[1]


def test_a_second_tab_is_told_that_the_import_moved_on(desk, november):
    for _tab in range(2):
        answer = desk.post(f"/manage/roster/{november.pk}/apply", {"missing": "leave"})
    assert (answer.status_code, "Applying the changes" in text_of(answer)) == (200, True)
    work()

    for deed in ("apply", "decide", "stop"):
        answer = desk.post(f"/manage/roster/{november.pk}/{deed}", {"missing": "leave"})
        assert (answer.status_code, "That could not be done" in text_of(answer)) == (409, True)


def test_a_preview_that_was_made_again_says_so(desk, november, officer):
    desk.post(f"/manage/roster/{november.pk}/apply", {"missing": "leave"})
    actions.edit_person(person=Person.objects.get(email="m0@example.org"), actor=None, given_name="Mayah")
    work()

    assert "Somebody changed these people after your look" in text_of(desk.get(f"/manage/roster/{november.pk}"))


# --- work under way, and afterwards --------------------------------------------------------------


def test_the_part_tells_how_far_the_reading_is(tmp_path, desk, officer):
    waiting = queued(tmp_path, rows(50), officer)
    size = waiting.file.size
    now = clock.now()
    RosterImport.objects.update(progress_done=size // 2, progress_total=size, progress_at=now, begun_at=now)

    part = desk.get(f"/manage/roster/{waiting.pk}/work")

    drawn = page(part)
    assert drawn.select_one("[role=progressbar]")["aria-valuenow"] in {"49", "50"}
    assert drawn.select_one("[data-going-on]")
    assert "less than a minute" in drawn.get_text()
    assert 'http-equiv="refresh"' in desk.get(f"/manage/roster/{waiting.pk}").content.decode()
    work()
    assert not page(desk.get(f"/manage/roster/{waiting.pk}/work")).select_one("[data-going-on]")


def test_stop_while_it_waits_and_begin_again(tmp_path, desk, officer):
    waiting = queued(tmp_path, rows(2), officer)

    desk.post(f"/manage/roster/{waiting.pk}/stop")

    stopped = text_of(desk.get(f"/manage/roster/{waiting.pk}"))
    assert "This import was put away" in stopped
    assert work() == 0
    waiting.refresh_from_db()
    assert desk.post(f"/manage/roster/{waiting.pk}/columns", columns_form(waiting)).status_code == 302
    work()
    waiting.refresh_from_db()
    assert waiting.state == State.CHECKED


def test_the_new_are_invited_and_many_only_when_their_number_is_typed(tmp_path, desk, officer):
    few = applied(tmp_path, rows(2), actor=officer)
    many = applied(tmp_path, rows(103), actor=officer)

    desk.post(f"/manage/roster/{few.pk}/invite")
    assert Invitation.objects.count() == 2
    assert "Type the number 101 to go on" in text_of(desk.post(f"/manage/roster/{many.pk}/invite"))
    assert Invitation.objects.count() == 2
    desk.post(f"/manage/roster/{many.pk}/invite", {"number": "101"})
    assert Invitation.objects.count() == 103


def test_an_undo_that_is_not_possible_says_why(tmp_path, desk, officer):
    first = applied(tmp_path, rows(1), actor=officer)
    applied(tmp_path, rows(2), actor=officer)

    answer = desk.get(f"/manage/roster/{first.pk}/undo")

    assert (answer.status_code, "Only the last one can be undone." in text_of(answer)) == (409, True)


def test_the_worker_refuses_an_undo_that_came_too_late_and_the_page_says_so(tmp_path, desk, officer):
    first = applied(tmp_path, rows(1), actor=officer)
    desk.post(f"/manage/roster/{first.pk}/undo")
    applied(tmp_path, rows(2), actor=officer)

    work()

    assert "Only the last one can be undone." in text_of(desk.get(f"/manage/roster/{first.pk}"))


def test_an_import_that_is_not_there(desk):
    assert desk.get("/manage/roster/99").status_code == 404
    assert desk.get("/manage/roster/99/lines.csv").status_code == 404


def test_the_menu_counts_what_waits_for_a_word(tmp_path, desk, officer):
    begun(tmp_path, rows(1), actor=officer)
    checked(tmp_path, rows(1), actor=officer)
    checked(tmp_path, rows(1), actor=None)

    entry = page(desk.get("/manage/roster")).select_one(".side [aria-current] .n")

    assert entry.get_text() == "waiting: 2"


# --- as much for three as for one ----------------------------------------------------------------


def asked(desk, address):
    with CaptureQueriesContext(connection) as queries_made:
        assert desk.get(address).status_code == 200
    return len(queries_made)


def test_the_list_asks_as_much_for_three_imports_as_for_one(tmp_path, desk, officer):
    checked(tmp_path, rows(1), actor=officer)
    one = asked(desk, "/manage/roster")
    for _time in range(2):
        checked(tmp_path, rows(1), actor=officer)

    assert asked(desk, "/manage/roster") == one


@pytest.mark.parametrize("show", ["", "joined", "changed", "missing", "doubtful"])
def test_a_preview_asks_as_much_for_many_changes_as_for_few(tmp_path, desk, officer, show):
    applied(tmp_path, rows(20), actor=officer)

    def preview(count):
        doubtful = [member(f"9{n}", "Leon", "B", **{EMAIL: f"m{n}@example.org"}) for n in range(count)]
        lines = [
            *rows(count, **{LEVEL: "Family"}),
            *rows(20 - 2 * count, start=count),
            *rows(count, start=50),
            *doubtful,
        ]
        return f"/manage/roster/{checked(tmp_path, lines, actor=officer).pk}?show={show}"

    assert asked(desk, preview(5)) == asked(desk, preview(2))


# --- every state --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_a_page(tmp_path, desk, officer, state):
    done = checked(tmp_path, rows(1), actor=officer)
    moment = clock.now() if state in {"applied", "undoing", "undone"} else None
    RosterImport.objects.update(state=state, applied_at=moment, undone_at=moment if state == "undone" else None)

    answer = desk.get(f"/manage/roster/{done.pk}", follow=True, headers={"accept-language": "de"})

    assert (answer.status_code, page(answer).html["lang"]) == (200, "de")
    assert page(answer).select_one("h1").get_text()


def test_a_person_without_the_right_gets_no_part_of_it(tmp_path, officer):
    done = checked(tmp_path, rows(1), actor=officer)
    client = Client()
    client.force_login(PersonFactory())

    for address in (
        "",
        f"/{done.pk}",
        f"/{done.pk}/work",
        f"/{done.pk}/columns",
        f"/{done.pk}/undo",
        f"/{done.pk}/lines.csv",
    ):
        assert client.get(f"/manage/roster{address}").status_code == 403
    for deed in ("apply", "decide", "stop", "invite", "undo", "columns"):
        assert client.post(f"/manage/roster/{done.pk}/{deed}").status_code == 403
    done.refresh_from_db()
    assert done.state == State.CHECKED
