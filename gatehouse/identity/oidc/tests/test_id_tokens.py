"""What an ID token says of a sign-in."""

import base64
import hashlib

import pytest

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, id_tokens, signing
from gatehouse.identity.oidc.models import Grant
from gatehouse.identity.oidc.sids import sid_of
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_session

pytestmark = pytest.mark.django_db


def test_it_says_who_when_how_and_for_whom(provider, wiki, maya, hands):
    now = clock.now().timestamp()
    session = a_session(maya, password=now - 50_000, totp=now - 60)

    tokens = provider.redeem(wiki, a_code(wiki, session, nonce="n-1")).body

    said = provider.claims(tokens["id_token"])
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert said == {
        "iss": addresses.issuer(),
        "sub": Grant.objects.get().subject,
        "aud": wiki.client_id,
        "iat": int(now),
        "exp": int(now) + 3_600,
        "auth_time": int(now - 60),
        "acr": "gold",
        "amr": ["mfa", "otp", "pwd"],
        "sid": sid_of(session.pk, wiki.client_id),
        "nonce": "n-1",
        "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
    }


def test_a_refreshed_one_tells_of_the_same_sign_in_without_the_nonce(provider, wiki, session, hands):
    first = provider.redeem(wiki, a_code(wiki, session, nonce="n-1")).body
    hands.turn(hours=2)
    second = provider.refresh(wiki, first["refresh_token"]).body

    old, new = provider.claims(first["id_token"]), provider.claims(second["id_token"])

    assert {name for name in old if old[name] != new.get(name)} == {"iat", "exp", "nonce", "at_hash"}
    assert "nonce" not in new


def test_without_openid_there_is_none(provider, wiki, session):
    tokens = provider.redeem(wiki, a_code(wiki, session, scope="profile email")).body

    assert "id_token" not in tokens
    assert provider.userinfo(tokens["access_token"]).status == 403


def test_two_services_cannot_compare_sessions(session):
    one, other = sid_of(session.pk, "wiki"), sid_of(session.pk, "forum")

    assert one == sid_of(session.pk, "wiki") != other
    assert session.pk.hex not in one
    assert sid_of(None, "wiki") == ""


def test_a_hint_is_ours_or_nothing_and_may_have_run_out(provider, wiki, signed_in, hands):
    hands.turn(hours=3)

    assert id_tokens.read_hint(signed_in["id_token"])["aud"] == wiki.client_id
    for wrong in (signed_in["access_token"], signed_in["id_token"][:-4] + "AAAA", "", "x.y.z", "a" * 10_000):
        with pytest.raises(signing.NotOurs):
            id_tokens.read_hint(wrong)


def test_a_hint_of_another_issuer_is_nothing(signed_in, settings):
    settings.BASE_URL = "https://elsewhere.example.org"

    with pytest.raises(signing.NotOurs):
        id_tokens.read_hint(signed_in["id_token"])


def test_audiences_follow_what_was_asked_for(provider, session):
    api = "https://api.example.org/"
    app = a_client(resources=[api, "https://other.example.org/"], scopes=["openid", "notes"])
    here = addresses.issuer()
    cases = {
        ("openid", ""): {api, "https://other.example.org/", here},
        ("openid", api): {api, here},
        ("notes", api): {api},
    }
    for (scope, resource), audience in cases.items():
        token = provider.redeem(app, a_code(app, session, scope=scope, resource=resource)).body["access_token"]
        said = provider.claims(token, typ="at+jwt")["aud"]
        assert ({said} if isinstance(said, str) else set(said)) == audience
        assert provider.userinfo(token).status == (200 if here in audience else 403)


def test_what_was_granted_for_one_audience_is_not_redeemed_for_another(provider, session):
    app = a_client(resources=["https://a.example.org/", "https://b.example.org/"])
    code = a_code(app, session, resource="https://a.example.org/")

    assert provider.redeem(app, code, resource="https://b.example.org/").error == "invalid_target"
    assert provider.redeem(app, a_code(app, session), resource="https://evil.example.org/").error == "invalid_target"
    assert provider.redeem(app, code, resource="https://a.example.org/").status == 200
