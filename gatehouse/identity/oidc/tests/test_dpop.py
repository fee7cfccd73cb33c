"""Tokens bound to a key: at the token endpoint, where they are shown, and where one asks about them (RFC 9449)."""

import json

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings, strategies as st
from joserfc.jwk import OKPKey, RSAKey

from gatehouse.identity.oidc import actions, addresses, bearing
from gatehouse.identity.oidc.dpop import Proof
from gatehouse.identity.oidc.models import Client, Grant, SeenOnce
from gatehouse.identity.oidc.refusals import GrantUnusable, ProofRefused
from gatehouse.identity.oidc.tests.conftest import Provider
from gatehouse.identity.oidc.tests.factories import CALLBACK, VERIFIER, a_client, a_code, a_page, a_service, a_session
from gatehouse.identity.oidc.tests.holding import Holder, with_proof
from gatehouse.identity.tests.factories import a_person

pytestmark = pytest.mark.django_db
OFFLINE = "openid profile offline_access"


@pytest.fixture
def holder():
    return Holder()


@pytest.fixture
def app(db):
    return a_page()


@pytest.fixture
def bound(holder, app, session):
    """What an app without a secret got, bound to its key."""
    return holder.speaking().redeem(app, a_code(app, session, scope=OFFLINE)).body


def test_a_proof_binds_the_access_token(holder, wiki, code, provider):
    answer = holder.speaking().redeem(wiki, code)

    assert (answer.status, answer.body["token_type"]) == (200, "DPoP")
    assert provider.claims(answer.body["access_token"], typ="at+jwt")["cnf"] == {"jkt": holder.jkt}
    assert "cnf" not in provider.claims(answer.body["id_token"])


def test_without_a_proof_nothing_is_bound_and_nothing_written(provider, wiki, code):
    tokens = provider.redeem(wiki, code).body

    assert tokens["token_type"] == "Bearer"
    assert "cnf" not in provider.claims(tokens["access_token"], typ="at+jwt")
    assert not SeenOnce.objects.exists()


def test_a_service_binds_its_own_token(holder, provider):
    service = a_service()
    answer = holder.speaking().token(service, grant_type="client_credentials")

    assert answer.body["token_type"] == "DPoP"
    assert provider.claims(answer.body["access_token"], typ="at+jwt")["cnf"]["jkt"] == holder.jkt


@pytest.mark.parametrize(
    ("key", "algorithm"), [(RSAKey.generate_key(2048), "RS256"), (OKPKey.generate_key("Ed25519"), "Ed25519")]
)
def test_other_algorithms_of_the_metadata_serve_as_well(key, algorithm, wiki, code, provider):
    holder = Holder(key, algorithm)
    token = holder.speaking().redeem(wiki, code).body["access_token"]

    assert algorithm in provider.get(addresses.DISCOVERY).body["dpop_signing_alg_values_supported"]
    assert holder.userinfo(token).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "GET"},
        {"htu": "https://evil.example.org/oauth/token"},
        {"iat": 1},
        {"jti": None},
        {"header": {"typ": "JWT"}},
        {"header": {"jwk": None}},
    ],
    ids=str,
)
def test_a_proof_that_does_not_fit_is_an_invalid_dpop_proof(changes, holder, wiki, code, provider):
    answer = holder.speaking(**changes).redeem(wiki, code)

    assert (answer.status, answer.error) == (400, "invalid_dpop_proof")
    assert answer.body["error_description"]
    assert provider.redeem(wiki, code).status == 200


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é", "\0", "x" * 20_000, "{}"])
def test_m47_a_header_that_is_no_proof(text, wiki, code):
    assert with_proof(text).redeem(wiki, code).error == "invalid_dpop_proof"


def test_a_proof_is_good_once(holder, wiki, session, hands):
    text = holder.proof()
    first = with_proof(text).redeem(wiki, a_code(wiki, session))
    code = a_code(wiki, session)

    assert first.status == 200
    for _later in range(3):
        assert with_proof(text).redeem(wiki, code).error == "invalid_dpop_proof"
        hands.turn(seconds=25)
    assert holder.speaking().redeem(wiki, a_code(wiki, session)).status == 200


def test_a_proof_is_remembered_as_long_as_it_would_be_good(holder, wiki, session, hands):
    """Made by a clock that is a minute fast, it is good for two."""
    text = holder.proof(iat=int(hands.time.timestamp()) + 60)
    with_proof(text).redeem(wiki, a_code(wiki, session))

    assert (SeenOnce.objects.get().expires_at - hands.time).total_seconds() >= 120


def test_n13_the_name_of_a_proof_is_kept_as_a_hash(holder, wiki, code):
    holder.speaking(jti="its-name").redeem(wiki, code)

    assert "its-name" not in repr(list(SeenOnce.objects.values()))


def test_who_proves_nothing_of_themselves_makes_us_write_nothing(holder, wiki):
    stranger = a_client(client_id="stranger")
    stranger.secret = "wrong"

    assert holder.speaking().token(stranger, grant_type="client_credentials").status == 401
    assert holder.speaking().redeem(wiki, "never").error == "invalid_grant"
    assert holder.userinfo("x").status == 401
    assert not SeenOnce.objects.exists()


def test_m16_a_refresh_token_of_who_keeps_no_secret_is_good_with_its_key_only(holder, app, bound, provider):
    token = bound["refresh_token"]
    assert Grant.objects.get().dpop_key == holder.jkt

    assert provider.refresh(app, token).error == "invalid_dpop_proof"
    assert Holder().speaking().refresh(app, token).error == "invalid_grant"
    again = holder.speaking().refresh(app, token)
    assert (again.status, again.body["token_type"]) == (200, "DPoP")
    assert holder.speaking().refresh(app, again.body["refresh_token"]).status == 200


def test_a_key_that_comes_later_binds_from_then_on(holder, app, session, provider):
    first = provider.redeem(app, a_code(app, session, scope=OFFLINE)).body
    second = holder.speaking().refresh(app, first["refresh_token"]).body

    assert (first["token_type"], second["token_type"]) == ("Bearer", "DPoP")
    assert provider.refresh(app, second["refresh_token"]).error == "invalid_dpop_proof"
    assert holder.speaking().refresh(app, second["refresh_token"]).status == 200


def test_who_keeps_a_secret_may_take_another_key(holder, wiki, session, provider):
    first = holder.speaking().redeem(wiki, a_code(wiki, session)).body
    second = Holder().speaking().refresh(wiki, first["refresh_token"]).body

    assert second["token_type"] == "DPoP"
    assert provider.refresh(wiki, second["refresh_token"]).body["token_type"] == "Bearer"


def test_a_code_asked_for_with_a_key_is_redeemed_with_it_only(holder, wiki, session, provider):
    code = a_code(wiki, session, dpop_key=holder.jkt)

    assert provider.redeem(wiki, code).error == "invalid_dpop_proof"
    assert Holder().speaking().redeem(wiki, code).error == "invalid_grant"
    assert holder.speaking().redeem(wiki, code).status == 200


def test_m4_a_code_used_twice_ends_what_it_gave_whatever_comes_along(holder, wiki, code):
    text = holder.proof()
    token = with_proof(text).redeem(wiki, code).body["access_token"]

    assert with_proof(text).redeem(wiki, code).error == "invalid_grant"
    assert holder.userinfo(token).status == 401


def test_n14_a_service_that_needs_a_key_gets_nothing_without(holder, session, provider):
    wiki, app, service = (make(needs_dpop=True) for make in (a_client, a_page, a_service))
    for client in (wiki, app):
        code = a_code(client, session)
        assert provider.redeem(client, code).error == "invalid_dpop_proof"
        tokens = holder.speaking().redeem(client, code).body
        assert provider.refresh(client, tokens["refresh_token"]).error == "invalid_dpop_proof"
        assert holder.speaking().refresh(client, tokens["refresh_token"]).status == 200
    assert provider.token(service, grant_type="client_credentials").error == "invalid_dpop_proof"
    with pytest.raises(ProofRefused):
        actions.issue(client=wiki, grant=Grant.objects.filter(client=wiki).get())


def test_doors_with_a_way_in_of_their_own_bind_as_well(holder, app, session):
    grant = actions.open_grant(client=app, person=session.person, session=session, scope=OFFLINE)
    issued = actions.issue(client=app, grant=grant, proof=Proof(holder.jkt, "j", 2_000_000_000))

    assert issued.as_dict()["token_type"] == "DPoP"
    assert Grant.objects.get().dpop_key == holder.jkt


def test_userinfo_takes_a_bound_token_with_a_proof(holder, bound):
    answer = holder.userinfo(bound["access_token"])

    assert (answer.status, answer.body["name"]) == (200, "Maya Okafor")


def test_a_bound_token_is_no_bearers(holder, bound, provider):
    alone = provider.userinfo(bound["access_token"])
    with_a_proof_beside = holder.userinfo(bound["access_token"], scheme="Bearer")

    for answer in (alone, with_a_proof_beside):
        assert (answer.status, answer.error) == (401, "invalid_token")
        assert 'Bearer realm="Gatehouse", error="invalid_token"' in answer.headers["WWW-Authenticate"]
        assert bearing.ALGORITHMS in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ath": "x" * 43}, "invalid_dpop_proof"),
        ({"ath": None}, "invalid_dpop_proof"),
        ({"method": "POST"}, "invalid_dpop_proof"),
        ({"htu": "http://127.0.0.1:8000/oauth/token"}, "invalid_dpop_proof"),
        ({"iat": 1}, "invalid_dpop_proof"),
    ],
    ids=str,
)
def test_a_proof_is_for_this_request_and_this_token(changes, error, holder, bound):
    answer = holder.userinfo(bound["access_token"], **changes)

    assert (answer.status, answer.error) == (401, error)
    asks = answer.headers["WWW-Authenticate"]
    assert asks.startswith(f'DPoP realm="Gatehouse", error="{error}"')
    assert asks.endswith('algs="ES256 RS256 Ed25519"')


def test_a_proof_shown_at_a_resource_is_good_once(holder, bound):
    token = bound["access_token"]
    text = holder.proof(addresses.USERINFO, method="GET", token=token)
    said = {"HTTP_AUTHORIZATION": f"DPoP {token}"}

    assert with_proof(text).get(addresses.USERINFO, **said).status == 200
    assert with_proof(text).get(addresses.USERINFO, **said).error == "invalid_dpop_proof"
    assert Provider().get(addresses.USERINFO, **said).error == "invalid_dpop_proof"  # none at all
    assert holder.userinfo(token).status == 200


def test_the_key_of_somebody_else_opens_nothing(bound):
    assert Holder().userinfo(bound["access_token"]).error == "invalid_token"


def test_a_bearers_token_is_not_bound_by_showing_a_key(holder, signed_in):
    assert holder.userinfo(signed_in["access_token"]).error == "invalid_token"
    assert holder.userinfo(signed_in["access_token"], scheme="Bearer").status == 200


@pytest.mark.parametrize(
    ("path", "scope"), [("/api/v1/members/a%20b%2541é", "members:read"), (addresses.FOBS, "fobs:sign-in")]
)
def test_our_own_api_takes_bound_tokens_and_no_bearers_of_them(path, scope, holder):
    service = a_service(scopes=[scope])
    token = holder.speaking().token(service, grant_type="client_credentials").body["access_token"]

    def ask(scheme, **proofs):
        method = "GET" if scope == "members:read" else "POST"
        text = holder.proof(path, **{"method": method, "token": token, **proofs})
        browser = Browser(HTTP_DPOP=text, HTTP_AUTHORIZATION=f"{scheme} {token}")
        return browser.generic(method, path, b"", "application/json")

    bearer, bad, good = ask("Bearer"), ask("DPoP", ath="x"), ask("DPoP")
    assert [answer.status_code for answer in (bearer, bad)] == [401, 401]
    assert 'error="invalid_token"' in bearer["WWW-Authenticate"]
    assert 'DPoP realm="Gatehouse", error="invalid_dpop_proof"' in bad["WWW-Authenticate"]
    assert json.loads(bad.content)["code"].replace("-", "_") == "proof_refused"
    assert good.status_code in {400, 404}  # there is no such member; no fob was named


def test_introspection_tells_the_key(holder, wiki, code, provider):
    tokens = holder.speaking().redeem(wiki, code).body
    said = provider.introspect(wiki, tokens["access_token"]).body

    assert (said["token_type"], said["cnf"]) == ("DPoP", {"jkt": holder.jkt})


def test_a_bound_token_is_given_back_like_any(holder, wiki, code, provider):
    tokens = holder.speaking().redeem(wiki, code).body

    assert provider.revoke(wiki, tokens["access_token"]).status == 200
    assert holder.userinfo(tokens["access_token"]).error == "invalid_token"


def test_a_page_may_send_a_proof_and_read_why_it_was_refused(holder, app, bound):
    origin = "https://wiki.example.org"
    asked = Browser().options(addresses.TOKEN, HTTP_ORIGIN=origin)
    refused = Browser().get(addresses.USERINFO, HTTP_ORIGIN=origin, HTTP_AUTHORIZATION="DPoP x", HTTP_DPOP="x")

    assert "DPoP" in asked["Access-Control-Allow-Headers"].split(", ")
    assert refused["Access-Control-Expose-Headers"] == "WWW-Authenticate"


def test_what_a_key_costs_the_database(holder, wiki, session, django_assert_max_num_queries, django_assert_num_queries):
    tokens = holder.speaking().redeem(wiki, a_code(wiki, session)).body
    bearers = Provider().redeem(wiki, a_code(wiki, session)).body["access_token"]

    with django_assert_num_queries(1):
        Provider().userinfo(bearers)
    with django_assert_max_num_queries(4):  # the token, and the proof's row in its own savepoint
        holder.userinfo(tokens["access_token"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(5))
def test_m5_of_parallel_redemptions_with_one_proof_one_succeeds(together, time):
    wiki = a_client()
    code = a_code(wiki, a_session(a_person()))
    text = Holder().proof()

    answers = together(*[lambda: with_proof(text).redeem(wiki, code)] * 8)

    assert sorted(answer.status for answer in answers) == [200] + [400] * 7
    assert {answer.error for answer in answers} <= {"", "invalid_dpop_proof", "invalid_grant"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(5))
def test_of_many_tokens_with_one_proof_one_is_given(together, time):
    service = a_service()
    text = Holder().proof()

    answers = together(*[lambda: with_proof(text).token(service, grant_type="client_credentials")] * 8)

    assert sorted(answer.error for answer in answers) == [""] + ["invalid_dpop_proof"] * 7


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(5))
def test_m18_of_parallel_refreshes_each_with_a_proof_one_succeeds(together, time):
    app, holder = a_page(), Holder()
    code = a_code(app, a_session(a_person()), scope=OFFLINE)
    token = holder.speaking().redeem(app, code).body["refresh_token"]

    answers = together(*[lambda: holder.speaking().refresh(app, token)] * 8)

    assert sorted(answer.error for answer in answers) == [""] + ["invalid_grant"] * 7
    winner = next(answer for answer in answers if answer.status == 200)
    assert holder.speaking().refresh(app, winner.body["refresh_token"]).status == 200


@given(proof=st.text(st.characters(max_codepoint=255), max_size=300), data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_stands_in_the_header_is_answered(wiki, proof, data):
    scheme = data.draw(st.sampled_from(["DPoP", "dpop", "Bearer", "DPoP ", ""]))
    speaking = with_proof(proof)
    said = f"{scheme} {data.draw(st.text(st.characters(max_codepoint=255), max_size=60))}"

    assert speaking.get(addresses.USERINFO, HTTP_AUTHORIZATION=said).status == 401
    assert speaking.redeem(wiki, "x").error in {"invalid_dpop_proof", "invalid_grant"}


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_proofs_that_are_signed_but_wrong_are_answered(wiki, data):
    values = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=20)
    names = st.sampled_from(["htm", "htu", "iat", "jti", "ath"])
    changes = data.draw(st.dictionaries(names, values, max_size=3))
    answer = Holder().speaking(**changes).redeem(wiki, "x")

    assert answer.error in {"invalid_dpop_proof", "invalid_grant"}


def test_m50_a_proof_stands_in_no_log(holder, wiki, code, caplog):
    text = holder.proof()
    with_proof(text).redeem(wiki, code)
    with_proof(text).redeem(wiki, code)

    assert text not in caplog.text
    assert holder.jkt not in caplog.text


def test_an_action_refuses_what_a_door_forgot(holder, wiki, session):
    code = a_code(wiki, session, dpop_key=holder.jkt)
    other = Proof("x" * 43, "j", 2_000_000_000)
    said = {"client": Client.objects.get(), "code": code, "redirect_uri": CALLBACK, "verifier": VERIFIER}

    with pytest.raises(ProofRefused):
        actions.redeem_code(**said)
    with pytest.raises(GrantUnusable):
        actions.redeem_code(**said, proof=other)
