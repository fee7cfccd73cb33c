import json
import re
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from gatehouse.core import clock
from gatehouse.people import policies, portal, urls
from gatehouse.people.models import Group, Membership, Person, Role
from gatehouse.people.slots import PersonPart, _parts, add_person_part
from gatehouse.people.tests.factories import (
    ExternalIdFactory,
    GroupFactory,
    GroupPlaceFactory,
    MembershipFactory,
    PersonFactory,
    RoleFactory,
    RoleGrantFactory,
    holder_of,
)
from gatehouse.people.tests.importing import LEVEL, applied, member


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def desk(officer):
    """The officer's browser."""
    return signed_in(officer)


@pytest.fixture
def chief(owner):
    """The owner's browser."""
    return signed_in(owner)


def page(response):
    return BeautifulSoup(response.content, "html.parser")


def text_of(response):
    return " ".join(page(response).get_text(" ").split())


def typed(response, **changes):
    """What a browser would send of the page's main form, with these fields typed over."""
    form = page(response).select_one("main form[method=post].paper")
    values = {one["name"]: one.get("value", "") for one in form.select("input[name]") if one.get("type") != "checkbox"}
    values |= {one["name"]: one.get_text().removeprefix("\n") for one in form.select("textarea[name]")}
    for one in form.select("select[name]"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        values[one["name"]] = chosen["value"]
    radios = [one for one in form.select("input[type=radio]") if one.has_attr("checked")]
    return values | {one["name"]: one["value"] for one in radios} | changes


# --- who gets in ---------------------------------------------------------------------------------


def address_of(pattern: URLPattern) -> str:
    sample = {"pk": uuid4(), "other": uuid4(), "person": uuid4(), "slug": "tutor", "form": "csv"}
    names = pattern.pattern.converters
    wanted = {name: 1 if type(kind).__name__ == "IntConverter" else sample[name] for name, kind in names.items()}
    return reverse(f"people:{pattern.name}", kwargs=wanted)


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_strangers_are_asked_to_sign_in_and_members_are_refused(db, pattern):
    address = address_of(pattern)
    for client, statuses in ((Client(), {302, 405}), (signed_in(PersonFactory()), {403, 405})):
        answers = {client.get(address).status_code, client.post(address).status_code}
        assert answers <= statuses
        assert answers - {405}


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_what_is_not_there_is_not_found(chief, pattern):
    if set(pattern.pattern.converters) & {"pk", "other", "person"}:
        address = address_of(pattern)
        assert {chief.get(address).status_code, chief.post(address).status_code} <= {404, 405}


def test_forms_need_their_token(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    person = PersonFactory()

    assert client.post(reverse("people:end_person", args=[person.pk])).status_code == 403
    assert Person.objects.get(pk=person.pk).is_active


# --- lists ---------------------------------------------------------------------------------------


def make_people(n):
    for _each in range(n):
        person = MembershipFactory().person
        RoleGrantFactory(person=person)
        GroupPlaceFactory(person=person)


def asked(client, address):
    """How often a page asks the database."""
    with CaptureQueriesContext(connection) as asked_for:
        assert client.get(address).status_code == 200
    return len(asked_for)


@pytest.mark.parametrize("name", ["people", "memberships", "roles", "groups"])
def test_lists_ask_as_much_of_the_database_for_three_as_for_one(name, desk):
    make_people(1)
    for_one = asked(desk, reverse(f"people:{name}"))
    make_people(2)

    assert asked(desk, reverse(f"people:{name}")) == for_one
    assert for_one <= 18


def test_one_of_anything_asks_as_much_for_three_rows_as_for_one(desk):
    person, group, role = PersonFactory(), GroupFactory(), RoleFactory()
    shown = (("person", person.pk), ("group", group.pk), ("role", role.slug))
    pages = [reverse(f"people:{name}", args=[key]) for name, key in shown]

    def add_rows():
        MembershipFactory(person=person)
        ExternalIdFactory(person=person)
        GroupPlaceFactory(person=person)
        RoleGrantFactory(person=person)
        GroupPlaceFactory(group=group)
        RoleGrantFactory(role=role)

    add_rows()
    for_one = [asked(desk, address) for address in pages]
    add_rows()
    add_rows()

    assert [asked(desk, address) for address in pages] == for_one


@pytest.mark.parametrize("name", ["people", "memberships", "groups"])
def test_lists_are_paged_by_fifty(name, desk):
    for _each in range(60):
        MembershipFactory()
        GroupFactory()

    first = page(desk.get(reverse(f"people:{name}")))
    last = page(desk.get(reverse(f"people:{name}"), {"page": "2"}))

    assert len(first.select("tbody tr")) == 50
    assert 0 < len(last.select("tbody tr")) <= 12
    for nonsense in ("0", "-1", "x", "99999999999"):
        assert desk.get(reverse(f"people:{name}"), {"page": nonsense}).status_code == 200


def test_the_address_holds_the_state_of_the_list(desk):
    maya = PersonFactory(given_name="Maya", family_name="Okafor")
    MembershipFactory(person=maya, level="Friend")
    MembershipFactory(person__given_name="Leon", level="Patron")

    shown = desk.get(reverse("people:people"), {"q": "okafor", "level": "Friend", "state": "active"})

    soup = page(shown)
    assert [row.a.get_text() for row in soup.select("tbody tr")] == ["Maya Okafor"]
    assert soup.select_one("#q")["value"] == "okafor"
    assert soup.select_one("select[name=level] option[selected]")["value"] == "Friend"
    assert soup.select_one("a.chip[aria-current]").get_text() == "Active 1"
    left = soup.select_one('a.chip[href*="state=left"]')
    assert left["href"] == "?q=okafor&level=Friend&state=left"


@pytest.mark.parametrize("name", ["people", "memberships", "groups"])
def test_an_empty_list_says_what_to_do_next(name, desk):
    soup = page(desk.get(reverse(f"people:{name}"), {"q": "nobody-is-called-this"}))

    assert soup.select_one(".empty a.btn")["href"] == reverse(f"people:{name}")


def test_those_who_left_come_only_when_asked_for(desk):
    PersonFactory(given_name="Gone", left_at=clock.now())

    assert "Gone" not in text_of(desk.get(reverse("people:people")))
    assert "Gone" in text_of(desk.get(reverse("people:people"), {"state": "left"}))


# --- one person ----------------------------------------------------------------------------------


def test_a_person_is_added_and_shown(desk):
    form = desk.get(reverse("people:add_person"))

    added = desk.post(
        reverse("people:add_person"),
        typed(form, given_name="Thảo", family_name="Nguyễn", email="Thao@Example.org", details="Locker: 12"),
        follow=True,
    )

    person = Person.objects.get(email="thao@example.org")
    assert added.redirect_chain == [(reverse("people:person", args=[person.pk]), 302)]
    assert person.attributes == {"Locker": "12"}
    assert "Thảo Nguyễn was added." in text_of(added)
    assert "Added by hand" in text_of(added)


def test_a_taken_address_names_whose_it_is(desk):
    maya = PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")

    refused = desk.post(reverse("people:add_person"), {"given_name": "M", "email": "MAYA@example.org"})

    assert refused.status_code == 422
    assert "This address belongs to Maya Okafor." in text_of(refused)
    assert page(refused).select_one(f'.note a[href="{reverse("people:person", args=[maya.pk])}"]')
    assert page(refused).select_one("[name=given_name]")["value"] == "M"


def test_everything_known_is_on_the_page(desk):
    person = PersonFactory(given_name="Maya", attributes={"Locker": "12", "<b>": "<script>alert(1)</script>"})
    MembershipFactory(person=person, number="8-00000042", add_ons=[{"name": "Parking", "quantity": 2}])
    ExternalIdFactory(person=person, source="registry", value="77")
    GroupPlaceFactory(person=person, group__name="Garden", section="02")
    RoleGrantFactory(person=person, role__name="Keyholder", source="altru")

    shown = desk.get(reverse("people:person", args=[person.pk]))

    said = text_of(shown)
    for known in (
        "Locker 12",
        "8-00000042",
        "Parking × 2",
        "Number at registry 77",
        "Garden",
        "Section 02",
        "Keyholder",
    ):
        assert known in said
    assert b"<script>alert(1)" not in shown.content


def test_an_edit_keeps_what_was_not_touched(desk):
    person = PersonFactory(attributes={"Locker": 12, "Keys": ["a", "b"], "Note": "two\nlines"})
    address = reverse("people:edit_person", args=[person.pk])

    saved = desk.post(address, typed(desk.get(address), preferred_name="May"))

    assert saved.status_code == 302
    edited = Person.objects.get(pk=person.pk)
    assert (edited.preferred_name, edited.attributes) == ("May", person.attributes)


def test_who_was_slower_is_told_and_loses_nothing(desk, officer):
    person = PersonFactory()
    address = reverse("people:edit_person", args=[person.pk])
    form = desk.get(address)
    desk.post(address, typed(form, given_name="First"))

    refused = desk.post(address, typed(form, given_name="Second"))

    assert refused.status_code == 422
    assert "Somebody changed this record" in text_of(refused)
    assert page(refused).select_one("[name=given_name]")["value"] == "Second"
    assert Person.objects.get(pk=person.pk).given_name == "First"


def test_leaving_can_be_undone_from_the_toast(desk):
    person = PersonFactory()

    left = desk.post(reverse("people:end_person", args=[person.pk]), {"note": "moved"}, follow=True)
    undo = page(left).select_one("[data-toast] form")["action"]
    back = desk.post(undo, follow=True)

    assert "can't sign in" in text_of(left)
    assert "moved" in text_of(left)
    assert Person.objects.get(pk=person.pk).is_active
    assert "is back" in text_of(back)


def test_the_last_owner_reads_why_not(chief, owner):
    refused = chief.post(reverse("people:end_person", args=[owner.pk]))

    assert refused.status_code == 409
    assert "This is the last owner." in text_of(refused)


def test_an_officer_is_refused_before_an_owner(desk, owner):
    assert desk.post(reverse("people:end_person", args=[owner.pk])).status_code == 403
    assert "Edit" not in [
        link.get_text() for link in page(desk.get(reverse("people:person", args=[owner.pk]))).select("a.btn")
    ]


def test_only_an_owner_erases_and_confirms_first(desk, chief):
    person = PersonFactory()
    address = reverse("people:erase_person", args=[person.pk])

    assert desk.post(address).status_code == 403
    asked = chief.get(address)
    assert Person.objects.filter(pk=person.pk).exists()
    assert page(asked).select_one("form a[autofocus]")
    chief.post(address)
    assert not Person.objects.filter(pk=person.pk).exists()


def test_other_apps_add_parts_of_their_own(desk, monkeypatch):
    person = PersonFactory()
    monkeypatch.setitem(_parts, "parts/note.html", None)
    add_person_part(PersonPart("parts/note.html", lambda _request, shown: {"text": shown.name}))

    assert desk.get(reverse("people:person", args=[person.pk])).context["parts"] == [
        ("parts/note.html", {"text": person.name})
    ]


# --- merging -------------------------------------------------------------------------------------


def test_a_twin_is_found_looked_at_and_merged(desk):
    kept = PersonFactory(given_name="Maya", family_name="Okafor", email=None)
    gone = MembershipFactory(person__given_name="M.", person__family_name="Okafor", number="77").person

    offered = page(desk.get(reverse("people:find_twin", args=[kept.pk])))
    address = offered.select_one("#twins a")["href"]
    preview = desk.get(address)
    merged = desk.post(address, follow=True)

    assert address == reverse("people:merge", args=[kept.pk, gone.pk])
    assert "1 detail differs" in text_of(preview)
    assert "77" in text_of(preview)
    assert "Both records are one now." in text_of(merged)
    assert list(Person.objects.filter(family_name="Okafor").values_list("pk", flat=True)) == [kept.pk]


def test_a_part_of_the_page_comes_alone_for_htmx(desk):
    person, group = PersonFactory(), GroupFactory()

    for address, query in (
        (reverse("people:find_twin", args=[person.pk]), "q"),
        (reverse("people:group", args=[group.pk]), "find"),
    ):
        part = desk.get(address, {query: "maya"}, headers={"HX-Request": "true"})
        assert b"<html" not in part.content


def test_merging_with_itself_is_refused(desk):
    person = PersonFactory()

    assert desk.post(reverse("people:merge", args=[person.pk, person.pk])).status_code == 409
    assert Person.objects.filter(pk=person.pk).exists()


# --- memberships ---------------------------------------------------------------------------------


def test_a_membership_is_added_edited_ended_and_restored(desk):
    person = PersonFactory()
    add = reverse("people:add_membership", args=[person.pk])
    desk.post(add, typed(desk.get(add), number="0042", level="Friend", add_ons="Parking x2; Guest pass"))
    membership = person.memberships.get()
    assert membership.add_ons == [{"name": "Guest pass", "quantity": 1}, {"name": "Parking", "quantity": 2}]

    edit = reverse("people:membership", args=[membership.pk])
    desk.post(edit, typed(desk.get(edit), status="suspended"))
    ended = desk.post(reverse("people:end_membership", args=[membership.pk]), follow=True)
    assert Membership.objects.get().status == "ended"
    desk.post(page(ended).select_one("[data-toast] form")["action"])

    restored = Membership.objects.get()
    assert (restored.status, restored.number, restored.add_ons) == ("suspended", "0042", membership.add_ons)


def test_a_membership_that_does_not_fit_is_refused_at_its_field(desk):
    taken = MembershipFactory(source="gatehouse", number="1")
    add = reverse("people:add_membership", args=[taken.person_id])

    refused = desk.post(add, {"source": "gatehouse", "number": "1", "status": "active"})
    reversed_days = desk.post(
        add,
        {"source": "x", "number": "2", "status": "active", "valid_from": "2026-02-01", "expires_on": "2026-01-01"},
    )

    assert "number 1 already" in text_of(refused)
    assert "The last day is before the first." in text_of(reversed_days)
    assert {refused.status_code, reversed_days.status_code} == {422}


# --- roles ---------------------------------------------------------------------------------------


def test_a_role_of_ones_own_is_made_given_and_archived(desk):
    person = PersonFactory()
    desk.post(reverse("people:add_role"), {"name": "Greeter", "permissions": [policies.VIEW]})
    given = desk.post(reverse("people:grant_role", args=[person.pk]), {"role": "greeter"}, follow=True)
    holders = desk.get(reverse("people:role", args=["greeter"]))
    archived = desk.post(reverse("people:archive_role", args=["greeter"]), follow=True)
    desk.post(page(archived).select_one("[data-toast] form")["action"])
    desk.post(page(given).select_one("[data-toast] form")["action"])

    assert person.name in text_of(holders)
    assert "See people and their memberships" in text_of(holders)
    assert Role.objects.get(slug="greeter").archived_at is None
    assert not person.roles.exists()


def test_the_checklist_offers_what_one_holds_and_keeps_the_rest(desk):
    role = RoleFactory(slug="mixed", permissions=[policies.EXPORT, policies.VIEW])

    form = page(desk.get(reverse("people:edit_role", args=["mixed"])))
    offered = {one["value"] for one in form.select("input[name=permissions]")}
    desk.post(reverse("people:edit_role", args=["mixed"]), {"name": "Mixed", "permissions": []})

    assert offered == {policies.VIEW, policies.EDIT, policies.ROLES}
    role.refresh_from_db()
    assert role.permissions == [policies.EXPORT]


def test_a_role_one_may_not_give_is_not_among_the_choices(desk):
    person = PersonFactory()
    RoleFactory.built_in("owner")

    desk.post(reverse("people:grant_role", args=[person.pk]), {"role": "owner"})

    assert not person.roles.exists()


# --- groups --------------------------------------------------------------------------------------


def test_a_group_is_made_and_filled_without_a_script(desk):
    person = PersonFactory(given_name="Maya", family_name="Okafor")
    made = desk.post(reverse("people:add_group"), {"name": "Garden", "kind": "committee", "note": ""})
    found = desk.get(made["Location"], {"find": "okafor"})
    form = page(found).select_one("#joiners form")
    joined = desk.post(form["action"], {"person": form.select_one("[name=person]")["value"]}, follow=True)

    assert "Maya Okafor is in the group." in text_of(joined)
    out = page(joined).select_one("main .ledger form")["action"]
    taken = desk.post(out, follow=True)
    assert not Group.objects.get().people.exists()
    desk.post(page(taken).select_one("[data-toast] form")["action"])
    assert Group.objects.get().people.get() == person


def test_a_large_group_is_deleted_by_its_number(desk):
    group = GroupFactory()
    GroupPlaceFactory.create_batch(101, group=group)
    address = reverse("people:delete_group", args=[group.pk])

    assert page(desk.get(address)).select_one("[data-number]")["data-number"] == "101"
    desk.post(address, {"number": "100"})
    assert Group.objects.exists()
    desk.post(address, {"number": "101"})
    assert not Group.objects.exists()


def test_a_roster_that_decides_about_a_group_is_named(desk):
    group = GroupFactory(source="classlist")

    assert "The roster “classlist” decides" in text_of(desk.get(reverse("people:group", args=[group.pk])))


# --- taking data out -----------------------------------------------------------------------------


def test_the_list_is_downloaded_as_it_is_narrowed(chief):
    MembershipFactory(number="1", person__given_name="Maya")
    MembershipFactory(number="2", person__given_name="Leon")

    sheet = chief.get(reverse("people:export_people", args=["csv"]), {"q": "leon"})
    everybody = json.loads(b"".join(chief.get(reverse("people:export_people", args=["json"])).streaming_content))

    assert re.findall(r"altru,(\d)", b"".join(sheet.streaming_content).decode()) == ["2"]
    assert sheet["Content-Disposition"].startswith("attachment")
    assert len(everybody["people"]) == 3


def test_one_person_is_downloaded_with_their_journal(chief, officer):
    membership = MembershipFactory()
    address = reverse("people:export_person", args=[membership.person_id])

    said = json.loads(b"".join(chief.get(address).streaming_content))

    assert said["person"]["id"] == str(membership.person_id)
    assert [one["number"] for one in said["memberships"]] == [membership.number]
    assert [entry["verb"] for entry in said["journal"]] == ["people.exported"]


def test_seeing_people_is_not_taking_them_out(desk):
    assert desk.get(reverse("people:export_people", args=["csv"])).status_code == 403


# --- the home page -------------------------------------------------------------------------------


def test_members_see_what_they_belong_to(db):
    membership = MembershipFactory(level="Friend")
    place = GroupPlaceFactory(person=membership.person)

    assert portal.own_memberships(membership.person) == {"memberships": [membership]}
    assert portal.own_groups(membership.person) == {"groups": [place.group]}
    home = text_of(signed_in(membership.person).get("/"))
    assert membership.number in home
    assert place.group.name in home


def test_who_belongs_to_nothing_sees_no_empty_part(db):
    person = PersonFactory()

    assert (portal.own_memberships(person), portal.own_groups(person)) == (None, None)


# --- hostile forms -------------------------------------------------------------------------------

words = st.text(max_size=40) | st.sampled_from(["", "\x00", "%00", "'", "${7*7}", "{{7*7}}", "9" * 400, "é" * 300])


POSTS = (
    ("add_person", "", ("given_name", "family_name", "email", "language", "joined_on", "details")),
    ("edit_person", "person", ("given_name", "email", "joined_on", "details", "seen")),
    ("end_person", "person", ("note",)),
    ("add_membership", "person", ("number", "source", "status", "add_ons", "expires_on")),
    ("membership", "membership", ("number", "source", "status", "add_ons", "valid_from")),
    ("restore_membership", "membership", ("to",)),
    ("add_role", "", ("name", "permissions")),
    ("grant_role", "person", ("role",)),
    ("add_group", "", ("name", "kind", "note")),
    ("add_to_group", "group", ("person", "section")),
)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_form_and_no_address_breaks_a_page(data, desk):
    person, group = PersonFactory(), GroupFactory()
    membership = MembershipFactory(person=person)
    keys = {"person": person.pk, "membership": membership.pk, "group": group.pk}
    name, key, fields = data.draw(st.sampled_from(POSTS))
    address = reverse(f"people:{name}", args=[keys[key]] if key else [])
    sent = {field: data.draw(words) for field in fields}

    assert desk.post(address, sent).status_code in {200, 302, 404, 409, 422}

    wanted = {field: data.draw(words) for field in ("q", "level", "group", "sort", "page", "find", "to")}
    for name in ("people:people", "people:memberships", "people:groups"):
        assert desk.get(reverse(name), wanted).status_code in {200, 422}
    assert desk.get(reverse("people:group", args=[group.pk]), wanted).status_code == 200


def test_an_editor_without_the_right_to_roles_sees_no_form_for_them(db):
    client = signed_in(holder_of(policies.VIEW, policies.EDIT))

    assert not page(client.get(reverse("people:person", args=[PersonFactory().pk]))).select("select[name=role]")


@pytest.mark.parametrize("asked", [{"q": "x" * 5000}, {"q": "a\0"}, {"level": "Nonsense"}, {"state": "gone"}])
def test_what_cannot_be_understood_never_lists_everybody(desk, asked):
    PersonFactory(given_name="Maya", family_name="Okafor")

    answer = desk.get("/manage/people", asked)

    assert answer.status_code == 422
    assert "This search can't be understood" in text_of(answer)
    assert "Okafor" not in text_of(answer)


def test_groups_of_one_name_are_told_apart(desk):
    for name, source in (("BIO 110", "spring"), ("BIO 110", "autumn"), ("Roses", "")):
        GroupFactory(name=name, source=source)

    options = page(desk.get("/manage/people")).select("select[name=group] option")

    assert [one.get_text() for one in options] == ["Any", "BIO 110 (spring)", "BIO 110 (autumn)", "Roses"]


def test_whoever_is_added_has_a_name(desk):
    answer = desk.post("/manage/people/add", {"email": "maya@example.org"})

    assert answer.status_code == 422
    assert "Write at least one name" in text_of(answer)


def test_a_file_stands_in_the_ledger(chief, desk, tmp_path):
    applied(tmp_path, [member("1")], name="garden.csv")
    applied(tmp_path, [member("1", **{LEVEL: "Family"})], name="later.csv")
    address = f"/manage/people/{Membership.objects.get().person_id}"

    links = [one.get_text() for one in page(chief.get(address)).select('a.go[href^="/manage/roster/"]')]

    assert links == ["Changed by later.csv", "Brought by garden.csv"]
    assert "Brought by garden.csv From the command line" in text_of(desk.get(address))
