"""Django's admin at /admin/: for owners, by our door, to read."""

import re

import pytest
from django.contrib import admin

from gatehouse.identity.tests.factories import an_owner
from gatehouse.journal import actions as journal
from gatehouse.people.models import Membership, Person, Role

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*(src=|type=\"application/json\"))|javascript:|src=\"data:"
)


@pytest.fixture
def owner_in(client, db, sign_in):
    owner = an_owner()
    sign_in(client, owner)
    return owner


def test_strangers_come_by_our_door(client, db):
    answer = client.get("/admin/people/person/", follow=True)

    assert answer.redirect_chain[-1][0] == "/sign-in?next=%2Fadmin%2Fpeople%2Fperson%2F"


def test_members_are_refused(client, maya, sign_in):
    sign_in(client, maya)

    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/admin/login/").status_code == 403


def test_every_list_and_record_opens_and_has_nothing_inline(client, owner_in):
    Membership.objects.create(person=owner_in, source="garden", number="1")
    journal.record(actor=owner_in, verb="thing.tried", subject="a thing")
    pages = ["/admin/"]
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pages.append(base)
        if row := model._default_manager.first():
            pages.append(f"{base}{row.pk}/change/")

    for page in pages:
        answer = client.get(page, follow=True)
        assert answer.status_code == 200, page
        assert not INLINE.search(answer.content.decode()), page
    assert len(pages) > 10


def test_the_journal_is_only_read(client, owner_in):
    entry = journal.record(actor=owner_in, verb="thing.tried", subject="a thing")

    assert client.get("/admin/journal/entry/").status_code == 200
    assert client.get("/admin/journal/entry/add/").status_code == 403
    assert client.post(f"/admin/journal/entry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/journal/entry/{entry.pk}/change/", {"verb": "x"}).status_code == 403


def test_n23_no_secret_column_is_shown(client, owner_in):
    owner_in.set_password("correct horse battery")
    Person.objects.filter(pk=owner_in.pk).update(password=owner_in.password)
    # the new password would end this session; the page is asked for by a fresh one
    client.force_login(owner_in)

    page = client.get(f"/admin/people/person/{owner_in.pk}/change/").content.decode()

    assert "argon2" not in page
    assert owner_in.email in page


def test_search_works(client, owner_in):
    Role.objects.create(slug="porters", name="Porters")

    for path in ("people/person", "people/membership", "people/role", "people/group", "journal/entry"):
        assert client.get(f"/admin/{path}/?q=porters").status_code == 200, path


def test_signing_out_of_the_admin_is_signing_out(client, owner_in):
    assert client.get("/admin/logout/").url == "/"
    assert client.get("/me").status_code == 200

    client.post("/admin/logout/")

    assert client.get("/me").status_code == 302
