"""The security matrix, rows 20 to 26: access tokens, keys, who asks."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from statistics import median

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gatehouse.core import clock
from gatehouse.identity.oidc import actions, addresses, hashes, signing
from gatehouse.identity.oidc.models import Client, ClientSecret, Code, RefreshToken, SigningKey
from gatehouse.identity.oidc.queries import keys as ring
from gatehouse.identity.oidc.tests.conftest import basic
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_page, a_secret, a_service
from gatehouse.identity.tests.factories import an_owner

pytestmark = pytest.mark.django_db


def parts(token: str) -> tuple[dict, dict]:
    read = jwt.decode(token, lambda guest: ring.verifying_key(guest.headers()["kid"]), algorithms=["ES256", "RS256"])
    return read.header, read.claims


def b64(values: dict) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


def test_m20_none_is_no_algorithm(provider, signed_in):
    header, claims = parts(signed_in["access_token"])

    for name in ("none", "None", "NONE", ""):
        assert provider.userinfo(f"{b64({**header, 'alg': name})}.{b64(claims)}.").status == 401


def test_m20_the_public_key_is_no_secret_of_hs256(provider, signed_in):
    header, claims = parts(signed_in["access_token"])
    key = ring.signing_key("ES256")
    for secret in (key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode()):
        said = f"{b64({**header, 'alg': 'HS256'})}.{b64(claims)}"
        proof = urlsafe_b64encode(hmac.digest(secret, said.encode(), "sha256")).rstrip(b"=").decode()

        assert provider.userinfo(f"{said}.{proof}").status == 401


def test_m20_unknown_and_foreign_keys_are_refused(provider, signed_in):
    header, claims = parts(signed_in["access_token"])
    own = ECKey.generate_key("P-256")
    public = own.as_dict(private=False)
    for change in (
        {"kid": "nobody"},
        {"kid": None},
        {},
        {"jku": "https://evil.example.org/jwks"},
        {"x5u": "https://evil.example.org/cert"},
        {"jwk": public},
        {"kid": None, "jwk": public},
    ):
        said = {name: value for name, value in {**header, **change}.items() if value is not None}
        forged = jwt.encode(said, claims, own, algorithms=["ES256"])

        assert provider.userinfo(forged).status == 401, change


def test_m20_a_header_that_names_a_key_is_refused_though_ours_signed_it(provider, signed_in):
    header, claims = parts(signed_in["access_token"])
    key = ring.signing_key("ES256")

    for name in ("jku", "x5u"):
        named = jwt.encode({**header, name: "https://evil.example.org/"}, claims, key, algorithms=["ES256"])
        assert provider.userinfo(named).status == 401
    assert provider.userinfo(jwt.encode(header, claims, key, algorithms=["ES256"])).status == 200


def test_m20_a_key_is_good_for_its_own_algorithm(signed_in):
    header, claims = parts(signed_in["access_token"])
    rsa = ring.signing_key("RS256")
    any_use = RSAKey.import_key(rsa.as_pem(private=True))
    forged = jwt.encode({**header, "alg": "PS256", "kid": rsa.kid}, claims, any_use, algorithms=["PS256"])

    with pytest.raises(signing.NotOurs):
        signing.claims_of(forged, typ="at+jwt")


def test_m21_an_id_token_opens_nothing(provider, wiki, signed_in):
    assert provider.userinfo(signed_in["id_token"]).status == 401
    assert provider.introspect(wiki, signed_in["id_token"]).body == {"active": False}


def test_m21_an_access_token_is_no_id_token(provider, wiki, signed_in):
    header, claims = parts(signed_in["access_token"])
    id_header, id_claims = parts(signed_in["id_token"])

    assert (header["typ"], id_header["typ"]) == ("at+jwt", "JWT")
    assert wiki.client_id not in claims["aud"]
    assert id_claims["aud"] == wiki.client_id
    assert "nonce" not in claims


def test_m22_nothing_private_is_published(provider):
    keys = provider.get(addresses.JWKS).body["keys"]

    assert {key["alg"] for key in keys} == {"ES256", "RS256"}
    for key in keys:
        assert set(key) <= {"kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"}


def test_m22_the_next_key_is_published_before_it_signs_and_the_old_one_after(provider, wiki, session, hands):
    first = provider.redeem(wiki, a_code(wiki, session)).body["id_token"]
    old = parts(first)[0]["kid"]

    hands.turn(days=27)
    assert actions.rotate_keys() == 2
    ring.forget()
    published = [key["kid"] for key in provider.get(addresses.JWKS).body["keys"] if key["alg"] == "ES256"]
    assert ring.signing_key("ES256").kid == old == published[0]
    new = published[1]

    hands.turn(days=4)
    assert ring.signing_key("ES256").kid == new
    assert old in [key["kid"] for key in provider.get(addresses.JWKS).body["keys"]]
    assert provider.claims(first)["aud"] == wiki.client_id

    hands.turn(days=3)
    assert old not in [key["kid"] for key in provider.get(addresses.JWKS).body["keys"]]


def test_n15_however_late_a_key_is_made_it_is_published_before_it_signs(hands):
    old = ring.signing_key("ES256").kid
    hands.turn(days=200)

    actions.rotate_keys()
    ring.forget()

    assert ring.signing_key("ES256").kid == old
    newest = SigningKey.objects.filter(algorithm="ES256").latest("signs_from")
    assert newest.signs_from == clock.now() + SigningKey.PUBLISHED_BEFORE


def test_n13_no_secret_lies_in_the_database_in_clear(provider, wiki, session):
    code = a_code(wiki, session)
    tokens = provider.redeem(wiki, code).body
    secret = tokens["refresh_token"].partition(":")[2]
    private = ring.signing_key("ES256").as_dict(private=True)["d"]

    for model in (Code, RefreshToken, ClientSecret, SigningKey, Client):
        kept = repr(list(model.objects.values()))
        for clear in (code, secret, wiki.secret, private):
            assert clear not in kept, model


def test_a_key_that_leaked_is_replaced_at_once_and_its_tokens_are_no_good(provider, wiki, signed_in, session):
    leaked = SigningKey.objects.get(kid=ring.signing_key("ES256").kid)

    actions.withdraw_key(key=leaked, actor=an_owner())
    ring.forget()

    assert provider.userinfo(signed_in["access_token"]).status == 401
    assert leaked.kid not in [key["kid"] for key in provider.get(addresses.JWKS).body["keys"]]
    assert provider.userinfo(provider.redeem(wiki, a_code(wiki, session)).body["access_token"]).status == 200


@pytest.mark.parametrize("path", [addresses.TOKEN, addresses.REVOKE, addresses.INTROSPECT])
def test_m23_nothing_is_read_from_the_address(provider, wiki, signed_in, path):
    answer = provider.post(f"{path}?access_token=x", {"token": "x"}, HTTP_AUTHORIZATION=basic("a", "b"))

    assert (answer.status, answer.error) == (400, "invalid_request")


def test_m23_no_token_in_the_address_of_userinfo(provider, signed_in):
    token = signed_in["access_token"]

    alone = provider.get(f"{addresses.USERINFO}?access_token={token}")
    both = provider.get(f"{addresses.USERINFO}?access_token={token}", HTTP_AUTHORIZATION=f"Bearer {token}")

    assert (alone.status, both.status) == (400, 400)


def test_m24_n41_another_service_learns_nothing_and_ends_nothing(provider, wiki, signed_in):
    other = a_client()
    for token in (signed_in["access_token"], signed_in["refresh_token"]):
        assert provider.introspect(other, token).body == {"active": False}
        assert provider.revoke(other, token).error == "invalid_grant"
        assert provider.introspect(wiki, token).body["active"] is True


def test_m24_a_named_resource_server_may_ask_about_access_tokens_of_all(provider, wiki, signed_in):
    guard = a_client(is_introspector=True)

    assert provider.introspect(guard, signed_in["access_token"]).body["client_id"] == wiki.client_id
    assert provider.introspect(guard, signed_in["refresh_token"]).body == {"active": False}


def test_m24_who_keeps_no_secret_may_not_ask(provider, session):
    page = a_page()
    token = provider.redeem(page, a_code(page, session)).body["access_token"]

    assert (provider.introspect(page, token).status, provider.revoke(page, token).status) == (401, 200)
    assert provider.userinfo(token).status == 401


def test_m25_unknown_services_and_wrong_secrets_look_alike(provider, wiki):
    form = {"grant_type": "client_credentials"}
    disabled = a_service(disabled_at=clock.now())
    over = a_client()
    over.secrets.update(ends_at=clock.now())
    tries = [
        ("nobody", "secret"),
        (wiki.client_id, "wrong"),
        (wiki.client_id, ""),
        (disabled.client_id, disabled.secret),
    ]
    tries += [(over.client_id, over.secret), ("", ""), ("\0", "x"), (a_page().client_id, "x"), ("ä" * 100, "x")]

    answers = [provider.post(addresses.TOKEN, form, HTTP_AUTHORIZATION=basic(*pair)) for pair in tries]
    answers += [
        provider.post(addresses.TOKEN, {**form, "client_id": i, "client_secret": "x"})
        for i in ("nobody", wiki.client_id)
    ]
    answers += [
        provider.post(addresses.TOKEN, {**form, "client_id": wiki.client_id}),
        provider.post(addresses.TOKEN, form),
    ]

    assert {answer.status for answer in answers} == {401}
    assert len({json.dumps(answer.body) for answer in answers}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Basic realm="Gatehouse", charset="UTF-8"'}


def test_m25_time_does_not_tell_them_apart(provider, wiki):
    def spent(client_id):
        began = time.process_time()
        provider.token_as = provider.post(
            addresses.TOKEN, {"grant_type": "client_credentials"}, HTTP_AUTHORIZATION=basic(client_id, "wrong")
        )
        return time.process_time() - began

    turns = [(spent("nobody-here"), spent(wiki.client_id)) for _ in range(80)]
    unknown, wrong = (median(column) for column in zip(*turns, strict=True))

    assert abs(unknown - wrong) < 0.001  # a millisecond; a password hash would be hundreds


def test_m26_secrets_are_kept_as_hashes_and_two_work_while_one_replaces_the_other(provider, wiki, hands):
    old = wiki.secret
    wiki.secrets.update(ends_at=clock.now() + timedelta(days=1))
    new = a_secret(wiki)
    for secret in (old, new):
        wiki.secret = secret
        assert provider.token(wiki, grant_type="client_credentials").error == "unauthorized_client"

    hands.turn(days=1)

    assert provider.token(wiki, grant_type="client_credentials").error == "unauthorized_client"
    wiki.secret = old
    assert provider.token(wiki, grant_type="client_credentials").error == "invalid_client"
    assert set(wiki.secrets.values_list("hash", flat=True)) == {hashes.digest(old), hashes.digest(new)}


def test_m26_secrets_are_compared_in_constant_time(monkeypatch):
    seen = []
    monkeypatch.setattr(hashes.hmac, "compare_digest", lambda *pair: seen.append(pair) or False)

    assert hashes.fits("wrong", hashes.digest("right")) is False
    assert seen == [(hashes.digest("wrong"), hashes.digest("right"))]


def test_n21_a_secret_costs_no_password_hash(provider, db):
    service = a_service()
    provider.token(service, grant_type="client_credentials")
    began = time.process_time()
    for _ in range(20):
        assert provider.token(service, grant_type="client_credentials").status == 200

    assert time.process_time() - began < 20 * 0.05


def test_one_way_to_prove_and_the_registered_one(provider, wiki):
    form = {"grant_type": "client_credentials", "client_id": wiki.client_id, "client_secret": wiki.secret}
    both = provider.post(addresses.TOKEN, form, HTTP_AUTHORIZATION=basic(wiki.client_id, wiki.secret))

    assert both.error == "invalid_request"
    assert provider.post(addresses.TOKEN, form).error == "invalid_client"  # registered for the header


def test_a_secret_in_the_body_for_those_registered_so(provider, db):
    assert provider.token(a_service(proof=Client.Proof.POST), grant_type="client_credentials").status == 200


def test_rs256_for_services_that_know_nothing_else(provider, session):
    old = a_client(signs_with="RS256")
    tokens = provider.redeem(old, a_code(old, session)).body

    assert parts(tokens["id_token"])[0]["alg"] == parts(tokens["access_token"])[0]["alg"] == "RS256"
    assert provider.userinfo(tokens["access_token"]).status == 200
