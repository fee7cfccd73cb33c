"""Addresses of signing in."""

from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator

from gatehouse.core import clock
from gatehouse.identity import actions as identity, notices
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.browser.visiting import a_wiki, address
from gatehouse.people.models import Person, Role
from tests.accessibility.college import College
from tests.accessibility.places.row import Row

ASKED = address(scope="openid profile email membership").removeprefix("/oauth/authorize")


def known(college: College) -> dict[str, Any]:
    if not Client.objects.exists():
        a_wiki(name="Workshop Wiki", home_url="https://wiki.example.org/")
    return {}


def connected(college: College) -> dict[str, Any]:
    known(college)
    actions.give_consent(person=college.maya, client=Client.objects.get(), scopes=["openid", "profile", "email"])
    return {}


def closed(college: College) -> dict[str, Any]:
    known(college)
    Client.objects.get().roles.add(Role.objects.get(slug="tutor"))
    return {}


def a_passkey(person: Person) -> int:
    data = {"name": "A key with quite a long name of its own", "credential": {}, "count": 0, "is_backed_up": True}
    return Authenticator.objects.create(user=person, type="webauthn", data=data).pk


def a_notice(person: Person, *, is_over: bool = False) -> str:
    session = BrowserSession(id=uuid4(), person=person, key_hash="x", data="", ends_at=clock.NEVER, browser="Firefox")
    if not is_over:
        session.save()
    return notices.link_for(session_id=session.pk, person_id=person.pk).rpartition("/")[2]


def a_shown_fob(person: Person) -> str:
    if not person.fobs.exists():
        identity.add_fob(person=person, number="04A22B1C", name="Blue fob", actor=person)
    return identity.show_fob(number="04A22B1C", reader="door")[0].rpartition("/")[2]


ROWS = [
    Row("identity:sign_in", "anonymous"),
    Row("identity:code", "asking"),
    Row("identity:link", "anonymous", lambda college: {"text": college.link}),
    Row("identity:link", "asking", lambda college: {"text": college.link}),
    Row("identity:password", "anonymous"),
    Row("identity:me", "member"),
    Row("identity:address", "member"),
    Row("identity:own_password", "member"),
    Row("identity:security", "member"),
    Row("identity:app", "member"),
    Row("identity:add_passkey", "member"),
    Row("identity:rename_passkey", "member", lambda college: {"passkey_id": a_passkey(college.maya)}),
    Row("identity:security", "member", lambda college: a_passkey(college.maya) and {}, note="with-a-passkey"),
    Row("identity:prove", "member", query="?again=1&acr=silver"),
    Row("identity:prove", "member", query="?again=1&acr=gold"),
    Row("identity:not_me", "anonymous", lambda college: {"token": a_notice(college.maya)}),
    Row("identity:not_me", "anonymous", lambda college: {"token": a_notice(college.maya, is_over=True)}, note="over"),
    Row("identity:reset_factors", "owner", lambda college: {"person_id": college.maya.pk}),
    Row("identity:add_fob", "member"),
    Row("identity:add_fob_of", "owner", lambda college: {"person_id": college.maya.pk}),
    Row("identity:fob", "anonymous", lambda college: {"text": a_shown_fob(college.maya)}),
    Row("identity:sessions", "member"),
    Row("oidc:apps", "member", note="empty"),
    Row("oidc:apps", "member", connected),
    Row("oidc:authorize", "anonymous", status=400),
    Row("oidc:authorize", "anonymous", known, query=ASKED),
    Row("oidc:authorize", "member", known, query=ASKED, note="consent"),
    Row("oidc:authorize", "member", closed, query=ASKED, status=403, note="closed"),
    Row("oidc:end_session", "member"),
    Row("oidc:end_session", "anonymous"),
    Row("identity:sessions_of", "owner", lambda college: {"person_id": college.maya.pk}),
]
POSTED = {
    "identity:add_passkey_options", "identity:make_recovery", "identity:passkey", "identity:passkey_options",
    "identity:prove_options", "identity:recovery_file", "identity:remove_app", "identity:remove_passkey",
    "identity:second_step_options", "identity:set_second_step", "identity:trust_no_more", "identity:end_others", "identity:end_session", "identity:end_sessions_of", "identity:remove_password",
    "identity:send_again", "identity:sign_out",
    "identity:connect_upstream", "identity:disconnect_upstream", "identity:invite_upstream",
    "identity:remove_fob", "identity:remove_fob_of",
    "oidc:confirm_sign_out", "oidc:consent", "oidc:withdraw",
}  # fmt: skip
NO_PAGES = {
    "identity:data": "a file",
    "identity:upstream": "leads away, or is missing where no upstream is set up",
    "identity:upstream_back": "leads on; its refusal is a gate page like identity:link's",
    "identity:upstream_invited": "over where no upstream is set up; a gate page like identity:fob",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:second_step": "waits for somebody half signed in: see test_passkeys_in_chromium",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
