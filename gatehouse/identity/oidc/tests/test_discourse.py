"""DiscourseConnect: a forum asks, signed; only its own addresses hear the answer."""

from base64 import b64decode, b64encode
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client as Browser

from gatehouse.identity.oidc import actions, discourse
from gatehouse.identity.oidc.models import ClientSecret, Grant
from gatehouse.identity.oidc.tests.browser.visiting import come_in
from gatehouse.people.models import Role, RoleGrant

BACK = "https://forum.example.org/session/sso_login"


@pytest.fixture
def added(db):
    return actions.add_client(kind="forum", name="Forum", redirect_uris=[BACK], is_trusted=True, actor=None)


@pytest.fixture
def hers(maya):
    browser = Browser()
    come_in(browser, maya, code=5)
    return browser


def asked(added, *, secret="", **said):
    sso = b64encode(urlencode({"nonce": "n1", "return_sso_url": BACK} | said).encode()).decode()
    query = urlencode({"sso": sso, "sig": discourse.sign(sso, secret or added.secret)})
    return f"/discourse/{added.client.client_id}?{query}"


def test_a_forum_learns_who_it_is(added, hers, maya):
    answer = urlsplit(hers.get(asked(added))["Location"])
    said = {name: values[0] for name, values in parse_qs(answer.query).items()}
    told = dict(parse_qsl(b64decode(said["sso"]).decode()))

    assert f"{answer.scheme}://{answer.netloc}{answer.path}" == BACK
    assert said["sig"] == discourse.sign(said["sso"], added.secret)
    assert (told["nonce"], told["email"], told["name"]) == ("n1", "maya@example.org", "Maya Okafor")
    assert told["external_id"] == Grant.objects.get().subject != str(maya.pk)


@pytest.mark.parametrize(
    "back", ["https://evil.example/", f"{BACK}/", f"{BACK}?x", "https://forum.example.org@evil.example/", ""]
)
def test_n16_other_return_addresses_are_refused(added, hers, back):
    refused = hers.get(asked(added, return_sso_url=back))

    assert (refused.status_code, refused.has_header("Location")) == (400, False)
    assert Grant.objects.count() == 0


@pytest.mark.parametrize("sso", ["", "%%%", b64encode(b"return_sso_url=" + BACK.encode()).decode(), "é", "A" * 5000])
def test_n16_a_payload_without_nonce_is_no_error_of_ours(added, hers, sso):
    sig = discourse.sign(sso, added.secret) if sso.isascii() else "x"

    assert hers.get(f"/discourse/forum?{urlencode({'sso': sso, 'sig': sig})}").status_code == 400


def test_another_secret_and_another_forum_are_refused(added, hers, wiki):
    assert hers.get(asked(added, secret="wrong")).status_code == 400
    assert hers.get(f"/discourse/{wiki.client_id}?sso=x&sig=y").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"secret": "wrong"}, "is not signed with the secret that this portal shares with it"),
        ({"return_sso_url": "https://evil.example/"}, "an address nobody registered"),
    ],
)
def test_who_sets_a_forum_up_reads_what_is_amiss(added, hers, wrong, said):
    assert said in hers.get(asked(added, **wrong)).content.decode()


def test_strangers_sign_in_first_and_the_unwelcome_read_so(added, hers):
    assert Browser().get(asked(added))["Location"].startswith("/sign-in?next=%2Fdiscourse%2Fforum")
    added.client.roles.add(Role.objects.get(slug="tutor"))
    assert hers.get(asked(added)).status_code == 403


def test_roles_are_groups(added, hers, maya):
    actions.edit_client(client=added.client, actor=None, scopes=["openid", "profile", "roles"])
    RoleGrant.objects.create(person=maya, role=Role.objects.get(slug="tutor"))
    said = parse_qs(urlsplit(hers.get(asked(added))["Location"]).query)
    told = dict(parse_qsl(b64decode(said["sso"][0]).decode()))

    assert told["groups"] == "tutor"
    assert "email" not in told


def test_a_forum_of_others_asks_first(db, hers, maya):
    added = actions.add_client(kind="forum", name="Forum", redirect_uris=[BACK], actor=None)
    page = hers.get(asked(added))
    allowed = {**page.context["hidden"], "answer": "allow"}
    refused = hers.post("/discourse/forum/consent", {**allowed, "answer": "refuse"})
    entered = hers.post("/discourse/forum/consent", allowed)

    assert page.status_code == 200
    assert refused["Location"] == "https://forum.example.org/"
    assert entered["Location"].startswith(f"{BACK}?sso=")
    assert hers.get(asked(added))["Location"].startswith(BACK)


def test_n13_its_secret_lies_sealed(added):
    row = ClientSecret.objects.get()

    assert added.secret.encode() not in bytes(row.sealed)
    assert actions.shared_secrets(added.client) == [added.secret]
