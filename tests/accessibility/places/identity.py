"""Addresses of signing in."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator

from gatehouse.core import clock, limits, links
from gatehouse.core.limits import Limit
from gatehouse.identity import actions as identity, notices
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, queries
from gatehouse.identity.oidc.models import Client, SigningKey
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


KINDS = ("web", "page", "native", "service", "forum")


def a_service(college: College) -> dict[str, Any]:
    known(college)
    return {"pk": Client.objects.get().pk}


def a_tile(college: College) -> int:
    tile = actions.add_tile(actor=college.ruth, name="Workshop Wiki", text="Look things up", address="/help")
    return tile.pk


def held_up(college: College) -> dict[str, Any]:
    for _try in range(2):
        limits.allow(Limit("code.address", 1, timedelta(hours=12)), "maya@example.org")
    return {}


def a_key(college: College) -> dict[str, Any]:
    actions.rotate_keys()
    return {"kid": SigningKey.objects.order_by("kid")[0].kid}


def asked_device(college: College, *, answer: str = "") -> dict[str, Any]:
    """What maya reads once she typed the code of a screen."""
    known(college)
    Client.objects.get().roles.clear()
    begun = actions.begin_device(client=Client.objects.get(), scope="openid profile email offline_access")
    device = queries.waiting_device(begun.user_code)
    assert device is not None
    if answer:
        actions.refuse_device(device=device, person=college.maya)
    return {"asked": links.sign("oidc.device", [device.pk.hex, college.maya.pk.hex])}


def a_ticket(college: College) -> dict[str, Any]:
    actions.make_ticket(name="Calendar of the workshop", most=3, ends_at=clock.now() + timedelta(days=7), actor=None)
    return {}


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
    Row("oidc:device", "member"),
    Row("oidc:device", "member", query="?user_code=BCDF-GHJK", note="given"),
    Row("oidc:answer_device", "member", asked_device),
    Row("oidc:answer_device", "member", lambda college: asked_device(college, answer="no"), note="refused"),
    Row("oidc:answer_device", "member", lambda _college: {"asked": "x"}, status=410, note="over"),
    Row("oidc:services", "owner", note="empty"),
    Row("oidc:services", "owner", known),
    Row("oidc:choose_kind", "owner"),
    *(Row("oidc:add_service", "owner", lambda _college, kind=kind: {"kind": kind}, note=kind) for kind in KINDS),
    Row("oidc:service", "owner", a_service),
    Row("oidc:edit_service", "owner", a_service),
    Row("oidc:disable_service", "owner", a_service),
    Row("oidc:tried", "owner", a_service, status=409),
    Row("oidc:tickets", "owner", note="empty"),
    Row("oidc:tickets", "owner", a_ticket),
    Row("oidc:add_ticket", "owner"),
    Row("oidc:tiles", "owner", note="empty"),
    Row("oidc:tiles", "owner", lambda college: a_tile(college) and {}),
    Row("oidc:add_tile", "owner"),
    Row("oidc:edit_tile", "owner", lambda college: {"pk": a_tile(college)}),
    Row("oidc:claims", "owner"),
    Row("oidc:sessions", "owner"),
    Row("oidc:sign_ins", "owner"),
    Row("oidc:limits", "owner", note="empty"),
    Row("oidc:limits", "owner", held_up),
    Row("oidc:keys", "owner", lambda college: a_key(college) and {}),
    Row("oidc:withdraw_key", "owner", a_key),
    Row("oidc:end_session", "member"),
    Row("oidc:end_session", "anonymous"),
    Row("identity:sessions_of", "owner", lambda college: {"person_id": college.maya.pk}),
]
POSTED = {
    "identity:add_passkey_options", "identity:make_recovery", "identity:passkey", "identity:passkey_options",
    "identity:prove_options", "identity:recovery_file", "identity:remove_app", "identity:remove_passkey",
    "identity:second_step_options", "identity:set_second_step", "identity:trust_no_more", "identity:end_others", "identity:end_session", "identity:end_sessions_of", "identity:remove_password",
    "identity:send_again", "identity:sign_out",
    "oidc:confirm_sign_out", "oidc:discourse_consent", "oidc:make_secret", "oidc:end_secret", "oidc:enable_service",
    "oidc:try_service", "oidc:move_tile", "oidc:remove_tile", "oidc:lift_limits", "oidc:consent", "oidc:withdraw", "oidc:revoke_ticket",
    "identity:connect_upstream", "identity:disconnect_upstream", "identity:invite_upstream",
    "identity:remove_fob", "identity:remove_fob_of",
}  # fmt: skip
NO_PAGES = {
    "oidc:discourse": "asked by a forum, signed; its page is that of consent",
    "oidc:member": "answers programs in JSON",
    "identity:data": "a file",
    "identity:upstream": "leads away, or is missing where no upstream is set up",
    "identity:signed_out_there": "leads on",
    "identity:upstream_back": "leads on; its refusal is a gate page like identity:link's",
    "identity:upstream_invited": "over where no upstream is set up; a gate page like identity:fob",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:second_step": "waits for somebody half signed in: see test_passkeys_in_chromium",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
