"""Another organisation's sign-in over real HTTP: `tests.services.entra` plays Microsoft Entra."""

import logging
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from gatehouse.core import clock
from gatehouse.identity import actions
from gatehouse.identity.models import BrowserSession, SignInFlow, UpstreamIdentity
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import last_letter, words_of
from gatehouse.identity.upstream import documents
from gatehouse.people.models import ExternalId
from tests.services import entra
from tests.services.entra import MAYA, OTHER_TENANT, TENANT

BACK = "/sign-in/upstream/back"


@pytest.fixture(scope="module")
def server():
    with entra.running() as upstream:
        yield upstream


@pytest.fixture
def upstream(server, settings, db):
    documents.forget()
    server.person, server.change, server.certificate, server.says_iss = entra.maya(), None, None, False
    server.published, server.asked, server.forms = [], [], []
    settings.UPSTREAM_TENANTS, settings.UPSTREAM_ISSUER, settings.UPSTREAM_NAME = [TENANT], server.url, "Microsoft"
    settings.UPSTREAM_CLIENT_ID, settings.UPSTREAM_SECRET = server.client_id, server.secret
    return server


@pytest.fixture
def connected(maya, upstream):
    return UpstreamIdentity.objects.create(person=maya, issuer=upstream.issuer(TENANT), uid=f"{TENANT}:{MAYA}")


def away(client, slug=TENANT, **asked):
    return client.get(f"/sign-in/with/{slug}", asked).headers["Location"]


def come_back(client, said):
    return client.get(BACK, said)


def go(client, upstream, slug=TENANT, **asked):
    """There and back, as one browser."""
    return come_back(client, upstream.visit(away(client, slug, **asked)))


def who(client):
    return client.session.get("_auth_user_id")


def is_out(client, response):
    return response.status_code in (400, 403) and who(client) is None


def test_signs_in_whom_the_account_is_connected_with(client, maya, upstream, connected):
    response = go(client, upstream, next="/me")
    assert (response.status_code, response.headers["Location"], who(client)) == (302, "/me", str(maya.pk))
    asked = upstream.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == len(asked["nonce"]) == 43
    assert asked["redirect_uri"].endswith(BACK)
    assert list(BrowserSession.objects.get(person=maya).methods) == ["upstream"]


def test_proof_counts_from_when_it_was_given_there(client, maya, upstream, connected):
    then = clock.now() - timedelta(hours=5)
    upstream.person["auth_time"] = int(then.timestamp())
    go(client, upstream)
    assert BrowserSession.objects.get(person=maya).methods["upstream"] == int(then.timestamp())


def test_m44_never_linked_by_email(client, maya, upstream):
    response = go(client, upstream)
    assert is_out(client, response)
    assert not UpstreamIdentity.objects.exists()
    assert b"Nobody here is connected" in response.content


@pytest.mark.parametrize("oid", ["bbbbbbbb-0000-4000-8000-000000000002", None, "", 7, ["x"]])
def test_m44_same_address_and_another_person(client, upstream, connected, oid):
    upstream.person["oid"] = oid
    assert is_out(client, go(client, upstream))


def test_m44_a_foreign_tenant_with_the_same_oid_address_and_upn(client, upstream, connected, settings):
    settings.UPSTREAM_TENANTS = [TENANT, OTHER_TENANT]
    assert is_out(client, go(client, upstream, OTHER_TENANT))


def test_m44_a_tenant_that_is_not_listed_has_no_door(client, upstream, connected):
    assert client.get(f"/sign-in/with/{OTHER_TENANT}").status_code == 404
    assert client.get("/sign-in/with/common").status_code == 404


WRONG = {
    "foreign tid": lambda _header, claims: claims.update(tid=OTHER_TENANT),
    "no tid": lambda _header, claims: claims.pop("tid"),
    "foreign issuer": lambda _header, claims: claims.update(iss=claims["iss"].replace(TENANT, OTHER_TENANT)),
    "no issuer": lambda _header, claims: claims.pop("iss"),
    "another audience": lambda _header, claims: claims.update(aud="another-app"),
    "two audiences": lambda _header, claims: claims.update(aud=[claims["aud"], "another-app"]),
    "another azp": lambda _header, claims: claims.update(azp="another-app"),
    "another nonce": lambda _header, claims: claims.update(nonce="n" * 43),
    "no nonce": lambda _header, claims: claims.pop("nonce"),
    "over": lambda _header, claims: claims.update(exp=claims["iat"] - 600),
    "no end": lambda _header, claims: claims.pop("exp"),
    "end is a word": lambda _header, claims: claims.update(exp="tomorrow"),
    "of tomorrow": lambda _header, claims: claims.update(iat=claims["iat"] + 86_400),
    "not yet": lambda _header, claims: claims.update(nbf=claims["iat"] + 86_400),
    "unknown key": lambda header, _claims: header.update(kid="two"),
    "no kid and jku": lambda header, _claims: header.update(kid="two", jku="http://127.0.0.1:9/keys"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_m44_a_wrong_id_token_lets_nobody_in(client, upstream, connected, change):
    upstream.change = change
    assert is_out(client, go(client, upstream))


def test_m44_signature_by_another_key_of_the_same_name(client, upstream, connected, monkeypatch):
    monkeypatch.setattr(upstream, "published", [RSAKey.generate_key(2048, {"kid": "one"})])
    assert is_out(client, go(client, upstream))


@pytest.mark.parametrize("kind", ["none", "HS256"])
def test_m44_algorithms(client, upstream, connected, monkeypatch, kind):
    """Unsigned, and signed with the published key taken for a secret (RFC 8725, 2.1)."""
    genuine = upstream.id_token

    def forged(tenant, asked):
        claims = jwt.decode(genuine(tenant, asked), upstream.key).claims
        if kind == "none":
            return jwt.encode({"alg": "none", "kid": "one"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])
        public = OctKey.import_key(upstream.key.as_pem(private=False))
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, public)

    monkeypatch.setattr(upstream, "id_token", forged)
    assert is_out(client, go(client, upstream))


def test_m44_state_is_used_once(client, upstream, connected):
    said = upstream.visit(away(client))
    cookies = client.cookies.copy()
    come_back(client, said)
    assert len(upstream.forms) == 1
    again = Client()
    again.cookies = cookies
    assert is_out(again, come_back(again, said))
    assert len(upstream.forms) == 1


def test_m44_state_of_another_browser(client, upstream, connected):
    """Whoever sends somebody else an answer of their own signs nobody in by it."""
    said = upstream.visit(away(Client()))
    assert is_out(client, come_back(client, said))
    away(client)
    assert is_out(client, come_back(client, said))
    assert not upstream.forms


@pytest.mark.parametrize("state", ["", "x", "\x00", "0" * 32 + ":" + "a" * 43, "ä" * 9000])
def test_m44_m47_state_that_we_did_not_make(client, upstream, connected, state):
    said = upstream.visit(away(client))
    assert is_out(client, come_back(client, said | {"state": state}))
    assert not upstream.forms


def test_m44_a_code_of_another_sign_in(client, upstream, connected):
    """PKCE and nonce hold a code to the browser that went for it."""
    stolen = upstream.visit(away(Client()))["code"]
    mine = upstream.visit(away(client))
    assert is_out(client, come_back(client, mine | {"code": stolen}))


def test_m44_too_late(client, upstream, connected, hands):
    said = upstream.visit(away(client))
    hands.turn(minutes=11)
    assert is_out(client, come_back(client, said))
    assert not upstream.forms


@pytest.mark.parametrize("twice", ["state", "code", "iss"])
def test_m44_m47_repeated_parameters(client, upstream, connected, twice):
    said = {"iss": upstream.issuer(TENANT)} | upstream.visit(away(client))
    query = urlencode([*said.items(), (twice, said[twice])])
    assert is_out(client, client.get(f"{BACK}?{query}"))


def test_m14_mix_up_gatehouse_aborts(client, upstream, connected, settings):
    """An answer that says it is of another provider goes to none of them (RFC 9700, 4.4)."""
    settings.UPSTREAM_TENANTS = [TENANT, OTHER_TENANT]
    upstream.says_iss = True
    said = upstream.visit(away(client))
    assert is_out(client, come_back(client, said | {"iss": upstream.issuer(OTHER_TENANT)}))
    assert not upstream.forms


def test_m14_iss_is_missing_where_it_was_promised(client, upstream, connected):
    upstream.says_iss = True
    said = upstream.visit(away(client))
    said.pop("iss")
    assert is_out(client, come_back(client, said))
    assert not upstream.forms


def test_m14_iss_that_fits_is_good(client, maya, upstream, connected):
    upstream.says_iss = True
    go(client, upstream)
    assert who(client) == str(maya.pk)


def test_m14_a_document_that_names_another_issuer(client, upstream, connected, monkeypatch):
    monkeypatch.setattr(upstream, "document", lambda _issuer: {"issuer": "https://evil.example.org"})
    assert client.get(f"/sign-in/with/{TENANT}").status_code == 503


def test_keys_are_looked_at_again_when_they_sign_with_a_new_one(client, maya, upstream, connected, monkeypatch):
    go(client, upstream)
    documents._known[upstream.issuer(TENANT)].keys_at -= documents.AGAIN + 1
    monkeypatch.setattr(upstream, "key", RSAKey.generate_key(2048, {"kid": "three"}))
    again = Client()
    go(again, upstream)
    assert who(again) == str(maya.pk)


def test_certificate_instead_of_a_secret(client, upstream, connected, settings, tmp_path):
    key, certificate = a_certificate()
    file = tmp_path / "entra.pem"
    file.write_bytes(key + certificate.public_bytes(Encoding.PEM))
    upstream.certificate, settings.UPSTREAM_CERTIFICATE = certificate, str(file)
    go(client, upstream)
    assert who(client) == str(connected.person_id)


def test_generic_provider_by_its_sub(client, maya, upstream, settings):
    settings.UPSTREAM_TENANTS = []
    UpstreamIdentity.objects.create(person=maya, issuer=upstream.url, uid="pairwise-of-maya")
    go(client, upstream, "openid")
    assert who(client) == str(maya.pk)


@pytest.mark.parametrize("value", [MAYA, f"{TENANT}:{MAYA}"])
def test_roster_knows_them_by_an_external_id(client, maya, upstream, settings, value):
    settings.UPSTREAM_SOURCE = "entra"
    ExternalId.objects.create(person=maya, source="entra", value=value)
    go(client, upstream)
    assert who(client) == str(maya.pk)
    assert UpstreamIdentity.objects.get().person == maya


def test_m44_with_several_tenants_an_oid_alone_is_nobody(client, maya, upstream, settings):
    settings.UPSTREAM_SOURCE, settings.UPSTREAM_TENANTS = "entra", [TENANT, OTHER_TENANT]
    ExternalId.objects.create(person=maya, source="entra", value=MAYA)
    assert is_out(client, go(client, upstream, OTHER_TENANT))


def test_who_left_is_not_let_in(client, maya, upstream, connected):
    maya.left_at = clock.now()
    maya.save()
    assert is_out(client, go(client, upstream))


def test_connecting_needs_a_form_and_a_fresh_sign_in(client, maya, upstream, sign_in, hands):
    path = f"/me/security/upstream/{TENANT}/connect"
    assert client.post(path).headers["Location"].startswith("/sign-in")
    sign_in(client, maya)
    assert client.get(path).status_code == 405
    page = client.post(path)
    assert page.status_code == 200
    come_back(client, upstream.visit(page.context["address"]))
    assert UpstreamIdentity.objects.get().person == maya
    hands.turn(minutes=21)
    assert client.post(path).status_code == 302


def test_connecting_ends_with_the_same_person(client, maya, upstream, sign_in):
    sign_in(client, maya)
    said = upstream.visit(client.post(f"/me/security/upstream/{TENANT}/connect").context["address"])
    client.post("/sign-out")
    assert come_back(client, said).status_code == 400
    assert not UpstreamIdentity.objects.exists()


def test_an_account_is_connected_with_one_person(client, upstream, connected, sign_in):
    tom = a_person(email="tom@example.org")
    sign_in(client, tom)
    said = upstream.visit(client.post(f"/me/security/upstream/{TENANT}/connect").context["address"])
    assert come_back(client, said).status_code == 403
    assert UpstreamIdentity.objects.get().person != tom


def test_an_invitation_connects_once(client, maya, upstream):
    assert actions.invite_upstream(person=maya, actor=a_person())
    link = re.search(r"/sign-in/connect/[\w:-]+", words_of(last_letter()))[0]
    assert b"<form" in client.get(link).content
    page = client.post(link, {"with": TENANT})
    come_back(client, upstream.visit(page.context["address"]))
    assert who(client) == str(maya.pk)
    over = Client().get(link)
    assert over.status_code == 410
    assert "An invitation works once, for a week." in over.content.decode(), "and not for ten minutes"


def test_who_is_connected_is_offered_another_account_there(client, maya, upstream, connected, sign_in):
    sign_in(client, maya)

    assert "Connect another account at" in client.get("/me/security").content.decode()


def test_whoever_is_signed_in_proves_it_there_anew(client, maya, upstream, connected, hands):
    """An open session there is no proof at an open desk here."""
    go(client, upstream)
    began = BrowserSession.objects.get().methods
    hands.turn(minutes=30)
    assert go(client, upstream).status_code == 400
    assert upstream.asked[-1]["prompt"] == "login"
    assert upstream.asked[-1]["max_age"] == "0"
    assert BrowserSession.objects.get().methods == began


def test_straight_there_but_for_who_wants_another_way(client, upstream, settings):
    settings.UPSTREAM_FIRST = True
    gate = client.get("/sign-in", {"next": "/me"})
    assert gate.headers["Location"] == f"/sign-in/with/{TENANT}?next=%2Fme"
    assert client.get("/sign-in", {"here": "1"}).status_code == 200


def test_signing_out_does_not_sign_in_again(client, maya, upstream, connected, settings):
    settings.UPSTREAM_FIRST, settings.UPSTREAM_SIGN_OUT = True, ["no"]
    go(client, upstream)
    assert client.post("/sign-out").headers["Location"] == "/sign-in?here=1"


def test_their_refusal_is_a_plain_page(client, upstream, connected):
    said = upstream.visit(away(client))
    response = come_back(client, {"state": said["state"], "error": "access_denied", "error_description": "<b>evil"})
    assert is_out(client, response)
    assert b"evil" not in response.content


def test_n30_nothing_secret_in_database_or_log(client, upstream, connected, caplog):
    caplog.set_level(logging.DEBUG)
    address = away(client)
    flow = SignInFlow.objects.values().get()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    said = upstream.visit(address)
    come_back(client, said)
    form = upstream.forms[0]
    kept = str(flow)
    for secret in (asked["state"].partition(":")[2], asked["nonce"], form["code_verifier"]):
        assert secret not in kept
    for secret in (said["code"], form["code_verifier"], upstream.secret):
        assert secret not in caplog.text.replace(f"GET {address}", "")


def a_certificate():
    key = rsa.generate_private_key(65_537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.example.org")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=30))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), builder.sign(key, hashes.SHA256())
