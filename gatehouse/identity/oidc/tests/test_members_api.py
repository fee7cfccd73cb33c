"""The members API: read and written by a trusted service, by its own ids."""

import json
from datetime import timedelta

import pytest
from django.test import Client as Browser

from gatehouse.core import clock
from gatehouse.identity.oidc.tests.factories import a_code, a_service, a_session
from gatehouse.identity.tests.factories import a_person
from gatehouse.journal.models import Entry
from gatehouse.people.models import ExternalId, Person, Role, RoleGrant

MAYA = {"display_name": "Maya Okafor", "email": "maya@example.org", "username": "maya-o", "join_date": "2024-02-29"}


@pytest.fixture
def door(db):
    return a_service(scopes=["members:read", "members:write"], client_id="door")


@pytest.fixture
def token(provider, door):
    return provider.token(door, grant_type="client_credentials", scope="members:read members:write").body[
        "access_token"
    ]


@pytest.fixture
def api(token):
    browser = Browser(raise_request_exception=False)

    def call(method, external_id, said=None, **headers):
        headers.setdefault("HTTP_AUTHORIZATION", f"Bearer {token}")
        body = said if isinstance(said, str | bytes) else json.dumps(said)
        kind = headers.pop("content_type", "application/json")
        response = browser.generic(method, f"/api/v1/members/{external_id}", body, content_type=kind, **headers)
        return response.status_code, json.loads(response.content or "{}"), response

    return call


def test_put_adds_then_changes_and_get_reads(api):
    status, said, _raw = api("PUT", "77", MAYA)
    assert (status, said["display_name"], said["join_date"]) == (201, "Maya Okafor", "2024-02-29")
    assert api("PUT", "77", {"email": None, "display_name": "Maya Adler"})[0] == 200

    status, said, _raw = api("GET", "77")
    assert (status, said["display_name"], said["email"], said["username"]) == (200, "Maya Adler", None, "maya-o")
    assert Person.objects.count() == 1
    assert Entry.objects.filter(verb="member.written", actor_name="Wiki").count() == 2


def test_a_leave_date_ends_all_and_null_brings_back(api, door):
    api("PUT", "77", MAYA)
    person = Person.objects.get()
    session = a_session(person)
    assert api("PUT", "77", {"leave_date": clock.today().isoformat()})[1]["leave_date"] == clock.today().isoformat()

    person.refresh_from_db()
    assert not person.is_active
    assert not type(session).objects.filter(pk=session.pk).exists()
    api("PUT", "77", {"leave_date": None})
    person.refresh_from_db()
    assert person.is_active
    later = (clock.today() + timedelta(days=9)).isoformat()
    assert api("PUT", "77", {"leave_date": later})[1]["leave_date"] == later
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("null", 400), ("[]", 400), ("{", 400), (b"\xff", 400), ('{"email":null,"email":"a@example.org"}', 400),
        ('{"is_staff":true}', 422), ('{"join_date":"tomorrow"}', 422), ('{"join_date":5}', 422),
        ('{"join_date":"20240229"}', 422), ('{"display_name":"\\u0000"}', 422), ('{"username":"a b"}', 422),
        ('{"email":"nonsense"}', 422), ('{"display_name":null}', 422), ("[" * 60_000, 400), (" " * 70_000, 413),
    ],
)  # fmt: skip
def test_n17_bad_input_is_a_problem_document(api, body, status):
    code, said, raw = api("PUT", "77", body)

    assert (code, said["status"]) == (status, status)
    assert raw["Content-Type"] == "application/problem+json"
    assert Person.objects.count() == 0


def test_n25_rights_and_ids_are_not_fields(api):
    assert api("PUT", "77", {**MAYA, "permissions": ["*"], "id": "x"})[0] == 422


def test_n22_nobody_is_found_by_address(api):
    person = a_person(email="maya@example.org")

    status, said, _raw = api("PUT", "77", MAYA)

    assert (status, said["code"]) == (409, "email_taken")
    assert not person.external_ids.exists()


def test_n7_usernames_are_unique_without_case(api):
    api("PUT", "77", MAYA)

    assert api("PUT", "78", {"display_name": "Ben", "username": "MAYA-O"})[1]["code"] == "username_taken"


def test_n26_a_service_reaches_only_whom_it_brought(api):
    ExternalId.objects.create(person=a_person(), source="another", value="77")

    assert api("GET", "77")[0] == 404


def test_no_service_touches_staff(api):
    api("PUT", "77", MAYA)
    RoleGrant.objects.create(person=Person.objects.get(), role=Role.objects.get(slug="owner"))

    status, said, _raw = api("PUT", "77", {"email": "thief@example.org"})

    assert (status, said["code"]) == (403, "out_of_reach")
    assert Person.objects.get().email == "maya@example.org"


def test_the_token_decides(api, provider, door, wiki):
    reader = a_service(scopes=["members:read"])
    reads = provider.token(reader, grant_type="client_credentials").body["access_token"]
    person = provider.redeem(wiki, a_code(wiki, a_session(a_person()))).body["access_token"]

    assert api("GET", "1", HTTP_AUTHORIZATION="")[0] == 401
    assert api("GET", "1", HTTP_AUTHORIZATION="Bearer nonsense")[0] == 401
    assert api("PUT", "1", MAYA, HTTP_AUTHORIZATION=f"Bearer {reads}")[0] == 403
    assert api("GET", "1", HTTP_AUTHORIZATION=f"Bearer {person}")[0] == 403
    assert api("GET", "1", HTTP_AUTHORIZATION=f"Bearer {reads}")[0] == 404
    assert api("DELETE", "1")[0] == 405
    assert api("PUT", "1", "x", content_type="text/plain")[0] == 415
    type(door).objects.filter(pk=door.pk).update(disabled_at=clock.now())
    assert api("GET", "1")[0] == 401
