"""Addresses of signing in."""

from uuid import uuid4

from allauth.mfa.models import Authenticator

from gatehouse.core import clock
from gatehouse.identity import notices
from gatehouse.identity.models import BrowserSession
from gatehouse.people.models import Person
from tests.accessibility.places.row import Row


def a_passkey(person: Person) -> int:
    data = {"name": "A key with quite a long name of its own", "credential": {}, "count": 0, "is_backed_up": True}
    return Authenticator.objects.create(user=person, type="webauthn", data=data).pk


def a_notice(person: Person, *, is_over: bool = False) -> str:
    session = BrowserSession(id=uuid4(), person=person, key_hash="x", data="", ends_at=clock.NEVER, browser="Firefox")
    if not is_over:
        session.save()
    return notices.link_for(session_id=session.pk, person_id=person.pk).rpartition("/")[2]


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
    Row("identity:sessions", "member"),
    Row("identity:sessions_of", "owner", lambda college: {"person_id": college.maya.pk}),
]
POSTED = {
    "identity:add_passkey_options", "identity:make_recovery", "identity:passkey", "identity:passkey_options",
    "identity:prove_options", "identity:recovery_file", "identity:remove_app", "identity:remove_passkey",
    "identity:second_step_options", "identity:set_second_step", "identity:trust_no_more", "identity:end_others", "identity:end_session", "identity:end_sessions_of", "identity:remove_password",
    "identity:send_again", "identity:sign_out",
}  # fmt: skip
NO_PAGES = {
    "identity:data": "a file",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:second_step": "waits for somebody half signed in: see test_passkeys_in_chromium",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
