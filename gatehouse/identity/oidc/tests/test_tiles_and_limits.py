"""Tiles of the home page by role; limits that hold, found and lifted; keys as staff see them."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from gatehouse.core import limits
from gatehouse.core.limits import Limit
from gatehouse.identity.oidc import actions, queries
from gatehouse.identity.oidc.models import AppTile
from gatehouse.identity.oidc.refusals import AddressUnfit
from gatehouse.identity.oidc.tests.browser.visiting import come_in
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry
from gatehouse.people.models import Role, RoleGrant

CODES = Limit("code.address", 1, timedelta(hours=12))


@pytest.fixture
def owner(db):
    return an_owner(email="owner@example.org")


@pytest.fixture
def staff(owner):
    browser = Browser()
    come_in(browser, owner, code=5)
    return browser


def a_tile(owner, name, **fields):
    fields.setdefault("address", "https://wiki.example.org/")
    return actions.add_tile(actor=owner, name=name, **fields)


def test_each_sees_the_tiles_meant_for_them(owner, wiki):
    tutor = Role.objects.get(slug="tutor")
    a_tile(owner, "Everybody")
    a_tile(owner, "Tutors", roles=[tutor])
    a_tile(owner, "Wiki", client=wiki)
    wiki.roles.add(tutor)
    guest, helper = a_person(), a_person()
    RoleGrant.objects.create(person=helper, role=tutor)

    assert [tile.name for tile in queries.tiles_for(guest)] == ["Everybody"]
    assert [tile.name for tile in queries.tiles_for(helper)] == ["Everybody", "Tutors", "Wiki"]


def test_tiles_are_kept_by_pages(staff):
    form = {"name": "Wiki", "address": "https://wiki.example.org/", "icon": "book-open", "text": "Look things up"}
    staff.post("/manage/identity/apps/add", form)
    staff.post("/manage/identity/apps/add", {**form, "name": "Help", "address": "/help"})
    help_tile = AppTile.objects.get(name="Help")
    staff.post(f"/manage/identity/apps/{help_tile.pk}/move", {"to": "up"})

    assert list(AppTile.objects.values_list("name", flat=True)) == ["Help", "Wiki"]
    home = staff.get("/").content.decode()
    assert "Look things up" in home
    staff.post(f"/manage/identity/apps/{help_tile.pk}", {**form, "name": "Desk", "address": "/help"})
    staff.post(f"/manage/identity/apps/{AppTile.objects.get(name='Wiki').pk}/remove")
    assert list(AppTile.objects.values_list("name", flat=True)) == ["Desk"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "data:text/html,x"])
def test_m36_a_tile_leads_nowhere_odd(staff, owner, address):
    form = {"name": "Wiki", "address": address, "icon": "globe"}

    assert staff.post("/manage/identity/apps/add", form).status_code == 422
    with pytest.raises(AddressUnfit):
        a_tile(owner, "Wiki", address=address)


def test_limits_are_found_and_lifted(staff, db):
    limits.allow(CODES, "maya@example.org")
    assert not limits.allow(CODES, "maya@example.org")

    found = staff.get("/manage/identity/limits?q=Maya%2Bx@example.org").context["limits"]
    assert [str(one.label) for one in found] == ["Codes for an address"]
    assert len(staff.get("/manage/identity/limits").context["limits"]) == 1
    staff.post("/manage/identity/limits/lift", {"key": found[0].key})

    assert limits.allow(CODES, "maya@example.org")
    assert Entry.objects.filter(verb="limit.lifted").count() == 1
    assert staff.get("/manage/identity/limits?q=nobody").context["limits"] == []


def test_keys_are_shown_with_what_they_do(staff, owner):
    actions.rotate_keys()
    lines = staff.get("/manage/identity/keys").context["lines"]
    assert [line.state for line in lines] == ["signs", "signs"]

    actions.withdraw_key(key=lines[0].key, actor=owner)
    assert sorted(line.state for line in queries.key_lines()) == ["signs", "signs", "withdrawn"]
