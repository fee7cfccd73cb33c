"""Services that prove themselves by a key of their own (private_key_jwt)."""

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, assertions
from gatehouse.identity.oidc.actions import see_once
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.factories import a_service

pytestmark = pytest.mark.django_db
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})


@pytest.fixture
def service():
    return a_service(proof=Client.Proof.KEY, jwks={"keys": [KEY.as_dict(private=False)]})


def assertion(client, *, key=KEY, header=None, algorithm="ES256", **changes):
    now = int(clock.now().timestamp())
    said = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": addresses.issuer(),
        "exp": now + 60,
        "jti": f"j{now}",
    }
    claims = {name: value for name, value in {**said, **changes}.items() if value is not None}
    return jwt.encode({"alg": algorithm, **(header or {"kid": "k1"})}, claims, key, algorithms=[algorithm])


def ask(provider, text, **form):
    said = {"client_assertion": text, "client_assertion_type": assertions.TYPE, **form}
    return provider.token(None, grant_type="client_credentials", **said)


def test_a_service_proves_itself_by_its_key_once(provider, service):
    text = assertion(service)

    assert ask(provider, text).status == 200
    assert ask(provider, text).error == "invalid_client"
    assert ask(provider, assertion(service, jti="j2", aud=addresses.whole(addresses.TOKEN))).status == 200
    assert ask(provider, assertion(service, jti="j3"), client_id=service.client_id).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"sub": None},
        {"aud": "https://evil.example.org"},
        {"aud": None},
        {"aud": []},
        {"aud": [addresses.issuer(), "https://evil.example.org"]},
        {"exp": None},
        {"exp": 1},
        {"exp": 2**31},
        {"exp": "soon"},
        {"exp": float("1e300")},
        {"nbf": 2**32},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 600},
    ],
    ids=str,
)
def test_whatever_does_not_fit_proves_nothing(provider, service, change):
    assert ask(provider, assertion(service, **change)).error == "invalid_client"


def test_other_keys_and_algorithms_prove_nothing(provider, service):
    stranger = ECKey.generate_key("P-256")
    secret = OctKey.import_key("s" * 40)
    hs256 = assertion(service, key=secret, algorithm="HS256")
    named = assertion(service, key=stranger, header={"kid": "k1", "jwk": stranger.as_dict(private=False)})

    for text in (assertion(service, key=stranger), hs256, named, assertion(service, header={"kid": "k2"})):
        assert ask(provider, text).error == "invalid_client"


def test_words_that_are_no_assertion(provider, service):
    for text in ("x", "a.b.c", "." * 9_000, "é", assertion(service)[:-5]):
        assert ask(provider, text).error == "invalid_client"
    assert ask(provider, assertion(service), client_assertion_type="other").error == "invalid_client"
    assert ask(provider, assertion(service, jti="q"), client_id="other").error == "invalid_client"
    assert ask(provider, assertion(service, jti="r"), client_secret="x").error == "invalid_request"


def test_a_service_with_a_secret_has_no_such_key(provider):
    with_secret = a_service()

    assert ask(provider, assertion(with_secret)).error == "invalid_client"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_believed(together):
    outcomes = together(*[lambda: see_once(what="jti", until=clock.now())] * 4)

    assert sorted(outcomes) == [False, False, False, True]
