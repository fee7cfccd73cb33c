"""Addresses of signing in."""

from typing import Any

from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.browser.visiting import a_wiki, address
from gatehouse.people.models import Role
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


ROWS = [
    Row("identity:sign_in", "anonymous"),
    Row("identity:code", "asking"),
    Row("identity:link", "anonymous", lambda college: {"text": college.link}),
    Row("identity:link", "asking", lambda college: {"text": college.link}),
    Row("identity:password", "anonymous"),
    Row("identity:me", "member"),
    Row("identity:address", "member"),
    Row("identity:own_password", "member"),
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
    "identity:end_others", "identity:end_session", "identity:end_sessions_of", "identity:remove_password",
    "identity:send_again", "identity:sign_out", "oidc:confirm_sign_out", "oidc:consent", "oidc:withdraw",
}  # fmt: skip
NO_PAGES = {
    "identity:data": "a file",
    "identity:first_run": "tried on its own, for it needs a portal without an owner",
    "identity:address_code": "the page of identity:code again, after a new address was given",
}
