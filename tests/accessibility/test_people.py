"""The people pages as axe sees them, in both themes, from a phone of 320 px to a desk."""

import os

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from gatehouse.people.tests.factories import (
    ExternalIdFactory,
    GroupFactory,
    GroupPlaceFactory,
    MembershipFactory,
    PersonFactory,
    RoleFactory,
    RoleGrantFactory,
    an_owner,
)


@pytest.fixture
def shown(live_server, transactional_db):
    """Addresses of every people page, with something on each."""
    person = PersonFactory(
        given_name="Maya", family_name="Okafor", email="maya.okafor@example.org", attributes={"Locker": "12"}
    )
    other = PersonFactory(given_name="May", family_name="Okafor", email="may@example.org", language="de")
    membership = MembershipFactory(person=person, level="Friend", add_ons=[{"name": "Parking", "quantity": 2}])
    MembershipFactory(person=other, status="lapsed")
    ExternalIdFactory(person=person)
    group = GroupFactory(name="Garden committee", source="classlist")
    GroupPlaceFactory(group=group, person=person, section="02")
    role = RoleFactory(slug="greeter", name="Greeter", permissions=["people.view"])
    RoleGrantFactory(person=person, role=role)
    RoleFactory.built_in("tutor")

    def at(name, *args):
        return live_server.url + reverse(f"people:{name}", args=args)

    return [
        at("people"), at("people") + "?q=nobody", at("add_person"), at("person", person.pk),
        at("edit_person", person.pk), at("erase_person", person.pk), at("find_twin", person.pk),
        at("merge", person.pk, other.pk), at("add_membership", person.pk), at("memberships"),
        at("membership", membership.pk), at("roles"), at("add_role"), at("role", "greeter"),
        at("edit_role", "greeter"), at("groups"), at("add_group"), at("group", group.pk),
        at("group", group.pk) + "?find=may", at("edit_group", group.pk), at("delete_group", group.pk),
    ]  # fmt: skip


@pytest.fixture
def desk(live_server, context, page, transactional_db):
    """An owner's browser."""
    client = Client()
    client.force_login(an_owner(given_name="Ruth", family_name="Amsel"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (390, "light"), (1280, "light"), (1280, "dark")])
def test_axe_holds_nothing_against_the_people_pages(width, theme, shown, desk, axe):
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=theme)
    faults = []
    for address in shown:
        answer = desk.goto(address)
        assert answer.status == 200
        faults += [f"{address}: {fault}" for fault in axe(desk)]
        if desk.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{address}: scrolls sideways at {width}")
        if folder := os.environ.get("SHOTS"):
            name = address.split("/", 3)[3].replace("/", "-").replace("?", "-")[:60]
            desk.screenshot(path=f"{folder}/{width}-{theme}-{name}.png", full_page=True)

    assert faults == []
