"""Pages of what the desk keeps: lists, forms, archiving and undoing, imports, tutors, and how the desk works."""

from datetime import timedelta
from functools import partial

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.hashers import check_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.helpdesk.actions import desk as desk_actions, entries as actions, tutors as tutor_actions
from gatehouse.helpdesk.models import (
    CatalogueImport,
    Course,
    Desk,
    Holiday,
    Notice,
    OpeningHours,
    ProblemType,
    Room,
    Section,
    Term,
    Ticket,
    Tutoring,
)
from gatehouse.helpdesk.queries import catalogue as queries, notices_on
from gatehouse.helpdesk.tests.catalogue import FILES, ORDER, applied, everything, exported
from gatehouse.journal.models import Entry
from gatehouse.people import policies as people_policies
from gatehouse.people.models import Person
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory, an_owner, holder_of

LISTED = [slug for slug in ORDER if slug != "staff"]


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def roles(db):
    for slug in ("tutor", "admin"):
        RoleFactory.built_in(slug)


@pytest.fixture
def owner(roles):
    return signed_in(an_owner(given_name="Ruth", family_name="Amsel", email="ruth@example.org"))


@pytest.fixture
def manager(roles):
    """Runs the desk, and may do nothing else."""
    return signed_in(holder_of("help.manage"))


@pytest.fixture
def desk(roles):
    everything()


@pytest.fixture
def course(db):
    return Course.objects.create(department="CSCI", number="1400", name="Introduction")


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def text(response):
    return " ".join(page(response).get_text(" ").split())


def filled(response):
    """What the page's form would send, untouched."""
    form = page(response).select_one("form[data-keep]")
    sent = {}
    for field in form.select("input, select, textarea"):
        name, kind = field.get("name"), field.get("type")
        if name in {None, "csrfmiddlewaretoken"} or (kind in {"radio", "checkbox"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        else:
            value = field.text.lstrip("\n") if field.name == "textarea" else field.get("value", "on")
        sent.setdefault(name, []).append(value)
    return sent


def posted(client, view, *args, **values):
    return client.post(reverse(f"helpdesk:{view}", args=args), values, follow=True)


def undone(client, response):
    """Press Undo in the toast."""
    return client.post(page(response).select_one(".toast form")["action"], follow=True)


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["manage", "limits", "imports", "staff", *(f"entries {slug}" for slug in LISTED), "export_entries staff"]
)
def test_strangers_sign_in_and_tutors_are_refused(desk, name):
    view, *args = name.split()
    address = reverse(f"helpdesk:{view}", args=args)

    assert Client().get(address).status_code == 302
    assert signed_in(holder_of("help.tickets")).get(address).status_code == 403


def test_r16_posts_need_their_token(course, roles):
    client = Client(enforce_csrf_checks=True)
    client.force_login(an_owner())

    assert client.post(reverse("helpdesk:archive_entry", args=["courses", course.pk])).status_code == 403
    course.refresh_from_db()
    assert course.archived_at is None


# --- lists and forms -----------------------------------------------------------------------------


@pytest.mark.parametrize("slug", LISTED)
def test_every_list_shows_searches_and_exports(desk, manager, slug):
    shown = manager.get(reverse("helpdesk:entries", args=[slug]))
    nothing = manager.get(reverse("helpdesk:entries", args=[slug]), {"q": "zebra"})
    file = manager.get(reverse("helpdesk:export_entries", args=[slug]))

    assert page(shown).select("tbody tr")
    assert slug == "hours" or page(nothing).select("tbody tr") == []
    assert b"".join(file.streaming_content).decode() == exported(slug)
    assert Entry.objects.filter(verb="catalogue.exported").count() == 1


@pytest.mark.parametrize("slug", LISTED)
def test_r2_a_form_that_is_saved_untouched_changes_nothing(desk, manager, slug):
    before = exported(slug)
    shown = manager.get(reverse("helpdesk:entries", args=[slug]))
    address = page(shown).select_one("tbody a")["href"]

    saved = manager.post(address, filled(manager.get(address)))

    assert saved.status_code == 302, text(saved)
    assert exported(slug) == before
    assert not Entry.objects.filter(verb="catalogue.edited").exists()


@pytest.mark.parametrize("slug", LISTED)
def test_r7_lists_are_paged_and_ask_as_much_for_three_as_for_one(desk, manager, slug):
    kind_address = reverse("helpdesk:entries", args=[slug])
    model = queries.KINDS[slug].model
    kept = model.objects.first()
    if slug not in {"courses", "semesters", "professors"}:  # which sections name
        model.objects.exclude(pk=kept.pk).delete()
    manager.get(kind_address)
    with CaptureQueriesContext(connection) as first:
        manager.get(kind_address)
    applied(slug)
    with CaptureQueriesContext(connection) as second:
        manager.get(kind_address)

    assert len(first) == len(second)


def test_r7_the_fifty_first_is_on_the_next_page(manager):
    Room.objects.bulk_create(Room(name=f"Room {number:03}") for number in range(60))

    first = manager.get(reverse("helpdesk:entries", args=["rooms"]))
    second = manager.get(reverse("helpdesk:entries", args=["rooms"]), {"page": 2})

    assert (len(page(first).select("tbody tr")), len(page(second).select("tbody tr"))) == (50, 10)


@pytest.mark.parametrize(
    ("slug", "values", "model"),
    [
        ("courses", {"department": "MATH", "number": "0101", "name": "Algebra", "is_on_display": "on"}, Course),
        ("semesters", {"year": 2026, "season": "Fall", "starts_on": "2026-08-24", "ends_on": "2026-12-18"}, Term),
        ("hours", {"weekday": 2, "opens": "09:00", "closes": "12:00"}, OpeningHours),
        ("holidays", {"date": "2026-12-25", "name": ""}, Holiday),
        ("problem_types", {"text": "Debugging", "order": 10}, ProblemType),
        ("rooms", {"name": "B12", "building": ""}, Room),
        ("notices", {"text": "We move.", "starts_on": "2026-11-20", "ends_on": "2026-11-20"}, Notice),
    ],
)
def test_one_of_each_is_added_by_hand_and_only_once(manager, slug, values, model):
    added = posted(manager, "add_entry", slug, **values)
    again = posted(manager, "add_entry", slug, **{k: v.lower() if k == "department" else v for k, v in values.items()})

    assert "was added." in text(added)
    assert again.status_code == 422
    assert "There is one like this already" in text(again)
    assert model.objects.count() == 1
    assert Entry.objects.filter(verb="catalogue.added").count() == 1


def test_two_who_add_the_same_at_once_add_it_once(together):
    values = {"department": "CSCI", "number": "1400", "name": "Introduction", "is_on_display": True}
    add = partial(actions.save_entry, kind=queries.KINDS["courses"], row=None, values=values, actor=None)

    outcomes = together(add, add)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Course", "KeyTaken"]


def test_a_section_is_added_by_hand(desk, manager):
    course, term = Course.objects.get(number="1400"), Term.objects.get(season="Fall")
    posted(
        manager, "add_entry", "sections", course=course.pk, term=term.pk, number="007", mode="InPerson",
        days=["We", "Mo"], start_time="09:00", end_time="10:00", instructor="",
    )  # fmt: skip

    section = Section.objects.get(number="007")
    assert (section.days, section.instructor) == ("MoWe", None)


@pytest.mark.parametrize(
    ("slug", "values", "said"),
    [
        (
            "semesters",
            {"year": 2026, "season": "Fall", "starts_on": "2026-12-18", "ends_on": "2026-08-24"},
            "end is before",
        ),
        ("semesters", {"year": 2026, "season": "Winter", "starts_on": "2026-08-24", "ends_on": "2026-12-18"}, "Winter"),
        ("semesters", {"year": "abcd", "season": "Fall", "starts_on": "no day", "ends_on": ""}, "3 things need"),
        ("hours", {"weekday": 2, "opens": "12:00", "closes": "09:00"}, "end is before"),
        ("hours", {"weekday": 9, "opens": "25:00", "closes": "09:00"}, "2 things need"),
        ("notices", {"text": "x" * 401, "starts_on": "2026-11-20", "ends_on": "2026-11-20"}, "at most 400"),
        ("professors", {"first_name": "A", "last_name": "B", "email": "zzz"}, "valid email"),
    ],
)
def test_r6_a_form_in_error_keeps_what_was_typed(manager, slug, values, said):
    refused = posted(manager, "add_entry", slug, **values)

    assert refused.status_code == 422
    assert said in text(refused)
    typed = {name: value for name, value in values.items() if name not in {"season", "weekday"}}
    assert {name: "".join(filled(refused)[name]) for name in typed} == {
        name: str(value) for name, value in typed.items()
    }


def test_whoever_is_slower_sees_both_and_decides(course, manager):
    address = reverse("helpdesk:entry", args=["courses", course.pk])
    mine = filled(manager.get(address))
    Course.objects.update(name="Theirs")

    refused = manager.post(address, {**mine, "name": "Mine"})

    assert refused.status_code == 422
    assert "Theirs" in page(refused).select_one(".note.wait").text
    assert filled(refused)["name"] == ["Mine"]
    manager.post(address, filled(refused))
    course.refresh_from_db()
    assert course.name == "Mine"


def test_sections_are_narrowed_to_a_term(desk, manager):
    spring = Term.objects.get(season="Spring")

    shown = manager.get(reverse("helpdesk:entries", args=["sections"]), {"term": spring.pk})

    assert len(page(shown).select("tbody tr")) == 1


def test_what_is_archived_has_a_chip_and_comes_back(course, manager):
    archived = posted(manager, "archive_entry", "courses", course.pk)
    listed = manager.get(reverse("helpdesk:entries", args=["courses"]), {"state": "archived"})

    assert [chip.text.split() for chip in page(listed).select(".chip")] == [["In", "use", "0"], ["Archived", "1"]]
    assert "CSCI 1400" in text(listed)
    undone(manager, archived)
    course.refresh_from_db()
    assert course.archived_at is None


@pytest.mark.parametrize("slug", ["hours", "holidays", "notices"])
def test_what_nothing_names_is_taken_away_and_put_back(desk, manager, slug):
    before = exported(slug)
    row = queries.KINDS[slug].model.objects.first()

    gone = posted(manager, "remove_entry", slug, row.pk)
    assert exported(slug) != before
    undone(manager, gone)

    assert exported(slug) == before


def test_nothing_with_an_archive_is_taken_away(course, manager):
    assert posted(manager, "remove_entry", "courses", course.pk).status_code == 404
    assert posted(manager, "return_entry", "courses", "forged").status_code == 404


def test_r13_a_used_course_is_hidden_and_old_tickets_say_its_name(course, manager):
    ticket = Ticket.objects.create(guest_name="Maya", course=course, question="Why?")
    kind = ProblemType.objects.create(text="Debugging")
    Ticket.objects.filter(pk=ticket.pk).update(problem_type=kind)

    posted(manager, "archive_entry", "courses", course.pk)
    posted(manager, "archive_entry", "problem_types", kind.pk)

    ticket = Ticket.objects.get()
    assert (str(ticket.course), str(ticket.problem_type)) == ("CSCI 1400, Introduction", "Debugging")
    assert course not in queries.entries(queries.KINDS["courses"], queries.Wanted())
    for used in (course, kind):
        with pytest.raises(ProtectedError):
            used.delete()


def test_r12_a_notice_is_told_until_the_end_of_its_last_day(db, settings):
    today = clock.today()
    Notice.objects.create(text="Today only", starts_on=today, ends_on=today)

    assert [notice.text for notice in notices_on()] == ["Today only"]
    assert not notices_on(today + timedelta(days=1)).exists()
    assert not notices_on(today - timedelta(days=1)).exists()


def test_the_checklist_is_told_by_what_is_there(owner):
    address = reverse("helpdesk:manage")
    assert "0 of 8 done" in text(owner.get(address))

    everything()
    desk_actions.save_desk(values={}, pin="2468", actor=None)

    assert "7 of 8 done" in text(owner.get(address))
    assert "Name the centre" in text(owner.get(address))


# --- imports -------------------------------------------------------------------------------------


def uploaded(client, slug, content, **more):
    file = SimpleUploadedFile(f"{slug}.csv", content.encode())
    return client.post(reverse("helpdesk:imports"), {"kind": slug, "file": file, "dates": "auto", **more}, follow=True)


def applied_on_page(client, checked, **more):
    form = page(checked).select_one("form#apply")
    return client.post(form["action"], {"seen": form.select_one("[name=seen]")["value"], **more}, follow=True)


def test_a_file_is_looked_at_applied_and_taken_back(manager):
    checked = uploaded(manager, "courses", FILES["courses"] + "CSCI,1400,Twice,\n")
    assert "Nothing has been saved yet" in text(checked)
    assert "Line 5 , department: Line 2 names the same already" in text(checked)
    assert not Course.objects.exists()

    done = applied_on_page(manager, checked)
    assert Course.objects.count() == 3
    assert "The import is done" in text(done)

    back = manager.post(page(done).select_one("form[action$=undo]")["action"], follow=True)
    assert "Everything is as it was before" in text(back)
    assert not Course.objects.exists()


def test_a_pasted_table_is_as_good_as_a_file(manager):
    pasted = "Department\tNumber\tName\tColour\nCSCI\t1400\tIntroduction\tgreen\n"
    checked = posted(manager, "imports", kind="courses", text=pasted, dates="auto")

    assert "These columns are not read: Colour." in text(checked)
    applied_on_page(manager, checked)
    assert str(Course.objects.get()) == "CSCI 1400, Introduction"


def test_differences_are_shown_before_and_after(course, manager):
    checked = uploaded(manager, "courses", "department,number,name\nCSCI,1400,Computing\n")

    assert [cell.text.split() for cell in page(checked).select(".diff del")] == [["was", "Introduction"]]
    assert [cell.text.split() for cell in page(checked).select(".diff ins")] == [["becomes", "Computing"]]


def test_what_is_not_in_the_file_is_put_away_where_somebody_says_so(course, manager):
    Course.objects.create(department="CSCI", number="1620", name="Programming")
    checked = uploaded(manager, "courses", "department,number,name\nCSCI,1400,Introduction\n")
    assert "There is nothing to apply" not in text(checked)

    applied_on_page(manager, checked, missing="archive")

    assert list(Course.objects.filter(archived_at=None)) == [course]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "courses", "dates": "auto"}, "Choose a file, or paste"),
        ({"kind": "nonsense", "dates": "auto", "text": "a,b\n1,2"}, "nonsense"),
        ({"kind": "courses", "dates": "auto", "text": "%PDF-1.7"}, "PDF"),
        ({"kind": "courses", "dates": "auto", "text": "number\n1"}, "no column “department”"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(manager, sent, said):
    refused = posted(manager, "imports", **sent)

    assert refused.status_code == 422
    assert said in text(refused)


def test_a_preview_that_changed_is_shown_anew(course, manager):
    checked = uploaded(manager, "courses", "department,number,name\nCSCI,1400,Computing\n")
    Course.objects.update(name="Meanwhile")

    refused = applied_on_page(manager, checked)

    assert refused.status_code == 409
    assert "Something changed here since you looked" in text(refused)
    applied_on_page(manager, refused)
    assert Course.objects.get().name == "Computing"


def test_templates_hold_the_reference_s_headers(manager):
    for slug, content in FILES.items():
        file = manager.get(reverse("helpdesk:template", args=[slug]))
        assert b"".join(file.streaming_content).decode().strip() == content.splitlines()[0]


# --- tutors --------------------------------------------------------------------------------------


@pytest.fixture
def maya(roles):
    return PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")


def test_somebody_is_found_made_a_tutor_and_taken_out_again(course, owner, maya):
    found = owner.get(reverse("helpdesk:staff"), {"find": "okaf"})
    assert reverse("helpdesk:tutor", args=[maya.pk]) in [link["href"] for link in page(found).select("#found a")]

    added = posted(owner, "add_course", maya.pk, course=course.pk, part="tutor")
    assert "Maya Okafor helps with CSCI 1400" in text(added)
    assert Person.objects.get(pk=maya.pk).may("help.tickets")
    assert "Maya Okafor" in text(owner.get(reverse("helpdesk:staff")))

    ended = posted(owner, "end_course", maya.pk, course.pk)
    assert queries.courses_of([maya]) == {}
    undone(owner, ended)
    assert len(queries.courses_of([maya])[maya.pk]) == 1


def test_who_helps_no_longer_loses_role_and_courses_and_can_be_brought_back(course, owner, maya):
    posted(owner, "add_course", maya.pk, course=course.pk, part="lead")

    stopped = posted(owner, "stop_helping", maya.pk)
    assert not Person.objects.get(pk=maya.pk).may("help.tickets")
    undone(owner, stopped)

    assert Person.objects.get(pk=maya.pk).may("help.tickets")
    assert Tutoring.objects.get(archived_at=None).part == "lead"


def test_whoever_may_not_give_roles_adds_only_those_who_may_help(course, manager, maya):
    refused = posted(manager, "add_course", maya.pk, course=course.pk, part="tutor")

    assert refused.status_code == 422
    assert "you may not give it" in text(refused)
    assert not Tutoring.objects.exists()


def test_whoever_runs_the_desk_without_helping_says_who_tutors_too(course, manager):
    tutor = holder_of("help.tickets")

    added = posted(manager, "add_course", tutor.pk, course=course.pk, part="lead")
    assert manager.get(reverse("helpdesk:course_tutors", args=[course.pk])).status_code == 200
    assert undone(manager, added).status_code == 200

    assert not queries.tutors_of(course).exists()


def test_a_lead_says_who_tutors_the_course_and_no_other(course, roles, maya):
    other = Course.objects.create(department="MATH", number="101", name="Algebra")
    lead, tutor = holder_of("help.tickets"), holder_of("help.tickets", given_name="Ana")
    tutor_actions.set_tutoring(person=lead, course=course, part="lead", actor=None)
    client = signed_in(lead)

    assert posted(client, "set_course_tutor", course.pk, tutor.pk).status_code == 200
    assert posted(client, "set_course_tutor", course.pk, tutor.pk, part="lead").status_code == 403
    assert posted(client, "set_course_tutor", other.pk, tutor.pk).status_code == 403
    assert client.get(reverse("helpdesk:course_tutors", args=[other.pk])).status_code == 403
    assert posted(client, "end_course_tutor", course.pk, lead.pk).status_code == 403
    assert {(row.person_id, row.part) for row in Tutoring.objects.filter(archived_at=None)} == {
        (lead.pk, "lead"),
        (tutor.pk, "tutor"),
    }


def test_r15_a_forged_person_in_the_form_changes_nobody_else(course, owner, maya):
    ana = PersonFactory(given_name="Ana")
    posted(owner, "add_course", maya.pk, course=course.pk, part="tutor", person=ana.pk, pk=ana.pk)
    assert [row.person_id for row in Tutoring.objects.all()] == [maya.pk]

    tutor = signed_in(RoleGrantFactory(role=RoleFactory.built_in("tutor")).person)
    for name, args in [("set_course_tutor", [course.pk, ana.pk]), ("end_course_tutor", [course.pk, maya.pk])]:
        assert posted(tutor, name, *args).status_code == 403
    for name, args in [("add_course", [ana.pk]), ("end_course", [maya.pk, course.pk]), ("stop_helping", [maya.pk])]:
        assert posted(tutor, name, *args, course=course.pk, part="tutor").status_code == 403
    assert [(row.person_id, row.archived_at) for row in Tutoring.objects.all()] == [(maya.pk, None)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_tutors_asks_as_much_for_three_as_for_one(course, owner, rows, django_assert_num_queries):
    for _n in range(rows):
        tutor_actions.set_tutoring(person=PersonFactory(), course=course, part="tutor", actor=None)
    owner.get(reverse("helpdesk:staff"))

    with CaptureQueriesContext(connection) as asked:
        owner.get(reverse("helpdesk:staff"))

    assert len(asked) <= 12


# --- how the desk works --------------------------------------------------------------------------


def settings_form(client, **changes):
    form = page(client.get(reverse("helpdesk:limits"))).select_one("main form")
    sent = {
        field["name"]: field.get("value", "on" if field.get("type") == "checkbox" else "")
        for field in form.select("input[name]")
        if field.get("type") != "checkbox" or field.has_attr("checked")
    }
    sent.pop("csrfmiddlewaretoken", None)
    return posted(client, "limits", **{**sent, **changes})


def test_limits_are_changed_and_journaled_by_name(manager):
    settings_form(manager, target_wait=20)

    assert Desk.objects.get().target_wait == 20
    assert Entry.objects.get(verb="desk.edited").details == {"fields": ["target_wait"]}
    settings_form(manager)
    assert Entry.objects.filter(verb="desk.edited").count() == 1


def test_r19_the_kiosks_pin_is_kept_as_a_hash_and_shown_nowhere(manager):
    assert Desk().kiosk_pin == ""
    assert not queries.pin_fits("")

    settings_form(manager, pin="246813")

    kept = Desk.objects.get().kiosk_pin
    assert "246813" not in kept
    assert check_password("246813", kept)
    assert queries.pin_fits("246813")
    assert not queries.pin_fits("2468")
    shown = manager.get(reverse("helpdesk:limits")).content.decode()
    assert "246813" not in shown
    assert kept not in shown
    assert "246813" not in str(list(Entry.objects.values()))
    settings_form(manager, without_pin="on")
    assert Desk.objects.get().kiosk_pin == ""


@pytest.mark.parametrize("pin", ["123", "abcd", "1234567890123", "١٢٣٤"])
def test_a_pin_of_other_than_digits_is_refused(manager, pin):
    assert settings_form(manager, pin=pin).status_code == 422
    assert not Desk.objects.exclude(kiosk_pin="").exists()


def test_imports_of_others_hold_no_more_lines(manager):
    uploaded(manager, "rooms", FILES["rooms"])
    done = CatalogueImport.objects.get()

    posted(manager, "apply_import", done.pk, seen="")
    assert CatalogueImport.objects.get().applied_at is None


def test_people_with_all_rights_can_bring_staff_in(course, roles):
    Course.objects.create(department="CSCI", number="1620", name="Programming")
    Course.objects.create(department="MATH", number="0101", name="Algebra")
    owner = an_owner()
    _done, plan = applied("staff", actor=owner)

    assert len(plan.new) == 3
    assert owner.may(people_policies.ROLES)


@pytest.mark.parametrize(("first", "last"), [("2026-08-31", "9999-12-31"), ("0001-01-01", "2026-12-18")])
def test_a_term_ends_within_the_days_that_reports_reckon_with(owner, first, last):
    sent = {"year": 2026, "season": "Fall", "starts_on": first, "ends_on": last}

    answer = owner.post("/manage/help/semesters/add", sent)

    assert answer.status_code == 422
    assert not Term.objects.exists()
    assert owner.get("/manage/help/reports").status_code == 200


def test_lines_in_error_are_told_after_the_import_too(manager):
    text = "department,number,name,on_display\nBOTN,3100,Plants,yes\n,3200,Nothing,yes\n"

    answer = applied_on_page(manager, uploaded(manager, "courses", text))

    assert "Line 3" in answer.text
    assert not CatalogueImport.objects.get().lines
