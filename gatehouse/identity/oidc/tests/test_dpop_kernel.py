"""Which proofs of a key are good, by the kernel alone (RFC 9449, section 4.3)."""

import json
import time
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given, settings, strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from gatehouse.identity.oidc import dpop
from gatehouse.identity.oidc.dpop import Call, ProofUnfit

NOW = 1_800_000_000.5
KEY = ECKey.generate_key("P-256")
RSA = RSAKey.generate_key(2048)
ADDRESS = "https://portal.example.org/oauth/token"
CALL = Call("POST", ADDRESS)
WHATEVER = JWSRegistry(algorithms=["ES256", "RS256", "PS256", "HS256", "Ed25519", "ES384"])
GOOD = {"jti": "j", "htm": "POST", "htu": ADDRESS, "iat": int(NOW)}
ATH = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"  # RFC 9449, section 7.1
TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"


def made(*, key=KEY, header=None, signed_by=None, **changes):
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False), **(header or {})}
    claims = json.dumps({name: value for name, value in {**GOOD, **changes}.items() if value is not None})
    return signed({name: value for name, value in head.items() if value is not None}, claims, signed_by or key)


def signed(header, claims: str, key) -> str:
    said = f"{b64(header)}.{urlsafe_b64encode(claims.encode()).rstrip(b'=').decode()}"
    proof = WHATEVER.get_alg(header["alg"]).sign(said.encode(), key)
    return f"{said}.{urlsafe_b64encode(proof).rstrip(b'=').decode()}"


def b64(values) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


def refused(text, call=CALL):
    with pytest.raises(ProofUnfit) as caught:
        dpop.read(text, call=call, now=NOW)
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "algorithm"), [(KEY, "ES256"), (RSA, "RS256"), (OKPKey.generate_key("Ed25519"), "Ed25519")]
)
def test_a_good_proof_names_its_key_by_thumbprint(key, algorithm):
    proof = dpop.read(made(key=key, header={"alg": algorithm}), call=CALL, now=NOW)

    assert (proof.thumbprint, proof.jti) == (key.thumbprint(), "j")
    assert proof.until > NOW + dpop.WINDOW


def test_the_thumbprint_is_that_of_the_rfc():
    """The key of RFC 9449, section 4.1, and its thumbprint of section 6.1."""
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    }
    text = (
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rsc"
        "EJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In"
        "19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIi"
        "wiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3L"
        "g"
    )
    proof = dpop.read(text, call=Call("POST", "https://server.example.com/token"), now=1562262616)

    assert (proof.thumbprint, proof.jti) == ("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "-BwC3ESc6acc2lTc")
    assert ECKey.import_key(jwk).thumbprint() == proof.thumbprint


def test_what_a_script_exports_is_a_key_too():
    jwk = KEY.as_dict(private=False) | {"ext": True, "key_ops": ["verify"], "alg": "ES256", "kid": "mine"}

    assert dpop.read(made(header={"jwk": jwk}), call=CALL, now=NOW).thumbprint == KEY.thumbprint()


@pytest.mark.parametrize(
    "htu",
    [
        ADDRESS,
        f"{ADDRESS}?code=x#there",
        "HTTPS://Portal.Example.org:443/oauth/token",
        "https://portal.example.org/oauth/%74oken",
    ],
)
def test_an_address_may_be_spelt_otherwise(htu):
    assert dpop.read(made(htu=htu), call=CALL, now=NOW)


@pytest.mark.parametrize(
    "htu",
    [
        "http://portal.example.org/oauth/token",
        "https://portal.example.org:8443/oauth/token",
        "https://portal.example.org/oauth/token/",
        "https://portal.example.org/OAuth/token",
        "https://portal.example.org/oauth/revoke",
        "https://evil.example.org/oauth/token",
        "https://x@portal.example.org/oauth/token",
        "https://portal.example.org:port/oauth/token",
        "https://[portal/oauth/token",
        "/oauth/token",
        "https://portal.example.org/%\ud800",
        "",
        7,
        [ADDRESS],
        None,
    ],
)
def test_another_address_is_not_this_one(htu):
    assert "htu" in refused(made(htu=htu))


@pytest.mark.parametrize("htm", ["GET", "post", "", None, 7, ["POST"]])
def test_another_method_is_not_this_one(htm):
    assert "htm" in refused(made(htm=htm))


@pytest.mark.parametrize("iat", [int(NOW) - 60, int(NOW) + 60, NOW, int(NOW)])
def test_clocks_may_differ_by_a_minute(iat):
    proof = dpop.read(made(iat=iat), call=CALL, now=NOW)

    assert proof.until > iat + dpop.WINDOW - 1


@pytest.mark.parametrize(
    "iat",
    [None, int(NOW) - 61, int(NOW) + 62, 0, -1, 10**400, True, "now", float("inf"), float("nan"), [int(NOW)], {}],
)
def test_a_proof_is_of_now(iat):
    assert "iat" in refused(made(iat=iat))


@pytest.mark.parametrize("jti", [None, "", 7, ["j"], "j" * 513])
def test_a_proof_has_a_name_of_its_own(jti):
    assert "jti" in refused(made(jti=jti))


def test_the_token_is_proved_by_its_digest():
    call = Call("POST", ADDRESS, TOKEN)

    assert dpop.read(made(ath=ATH), call=call, now=NOW)
    for wrong in (None, "", ATH[:-1], f"{ATH}=", ATH.lower(), 7, "é", "\ud800"):
        assert "ath" in refused(made(ath=wrong), call)


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "at+jwt", "DPOP+JWT", 7])
def test_a_proof_is_of_its_own_kind(typ):
    assert refused(made(header={"typ": typ}) if not isinstance(typ, int) else _unsigned({"typ": typ}))


def _unsigned(header) -> str:
    whole = {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.as_dict(private=False), **header}
    return f"{b64(whole)}.{b64(GOOD)}.{'A' * 86}"


def test_m20_no_other_algorithm_and_no_private_key():
    secret = OctKey.import_key("s" * 40)
    assert "alg" in refused(made(signed_by=secret, header={"alg": "HS256", "jwk": secret.as_dict(private=True)}))
    assert "alg" in refused(made(key=RSA, header={"alg": "PS256"}))
    for name in ("none", "None", "", None, 7, ["ES256"], {}):
        assert "alg" in refused(_unsigned({"alg": name}))
    for key, algorithm in ((KEY, "ES256"), (RSA, "RS256")):
        private = key.as_dict(private=True)
        assert "public" in refused(made(key=key, header={"alg": algorithm, "jwk": private}))
    assert "crit" in refused(_unsigned({"crit": ["b64"], "b64": False}))


def test_m20_the_key_in_the_header_must_have_signed():
    stranger = ECKey.generate_key("P-256")

    assert refused(made(signed_by=stranger))
    assert refused(made()[:-4] + "AAAA")
    for jwk in (
        None,
        {},
        [],
        "x",
        7,
        {"kty": "EC"},
        RSA.as_dict(private=False),
        {**KEY.as_dict(private=False), "y": "A"},
    ):
        assert refused(_unsigned({"jwk": jwk}))
    assert refused(_unsigned({"jwk": ECKey.generate_key("P-384").as_dict(private=False)}))
    assert refused(_unsigned({"jwk": {**KEY.as_dict(private=False), "x": 7}}))


def test_rsa_keys_are_neither_weak_nor_work():
    for n, e in (
        ("A" * 100, "AQAB"),
        ("_" * 1000, "AQAB"),
        (RSA.as_dict()["n"], "_" * 20),
        ("", ""),
        ("A" * 400, "AQAB"),
    ):
        assert refused(_unsigned({"alg": "RS256", "jwk": {"kty": "RSA", "n": n, "e": e}}))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é", "x" * 9_000, "[" * 5_000, "bnVsbA.bnVsbA.", "\0", "\ud800", f"{b64([])}.x.y"]
)
def test_words_that_are_no_proof(text):
    assert refused(text)


def test_two_proofs_are_none():
    assert refused(f"{made()},{made(jti='k')}")
    assert refused(f"{made()}, {made(jti='k')}")


def test_claims_are_an_object():
    for claims in ("null", "[]", '"x"', "1", "{", '{"iat": ' + "9" * 5_000 + "}"):
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.as_dict(private=False)}
        assert refused(signed(header, claims, KEY))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def outcome(text: str) -> str:
    try:
        return dpop.read(text, call=CALL, now=NOW).thumbprint
    except ProofUnfit as refusal:
        return str(refusal)


@given(
    st.dictionaries(st.sampled_from(["typ", "alg", "jwk", "crit", "kid", "b64", "x"]), JSON, max_size=5),
    JSON,
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_m47_whatever_stands_in_a_proof_it_is_good_or_refused(header, value, data):
    name = data.draw(st.sampled_from(["jti", "htm", "htu", "iat", "ath", "other"]))
    member = data.draw(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "d"]))
    texts = [
        _unsigned(header),
        made(**{name: value}),
        _unsigned({"jwk": {**KEY.as_dict(private=False), member: value}}),
        _unsigned({"alg": "RS256", "jwk": {**RSA.as_dict(private=False), member: value}}),
        made() + data.draw(st.text(max_size=5)),
    ]
    for text in texts:
        said = outcome(text)
        assert said == KEY.thumbprint() or (said.isascii() and not set('"\\') & set(said))


@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda some: some.decode("latin-1")))
@settings(max_examples=200, deadline=None)
def test_m47_no_text_breaks_anything(text):
    assert refused(text)


def test_reading_a_proof_takes_less_than_a_few_milliseconds():
    text = made()
    began = time.process_time()
    for _ in range(50):
        dpop.read(text, call=CALL, now=NOW)

    assert time.process_time() - began < 50 * 0.005
