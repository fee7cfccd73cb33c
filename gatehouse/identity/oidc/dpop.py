"""Kernel: whoever asks proves, at each request anew, that they hold the key a token is bound to (DPoP, RFC 9449)."""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

ALGORITHMS: Final = ("ES256", "RS256", "Ed25519")  # the last is EdDSA by its full name (RFC 9864)
TYP: Final = "dpop+jwt"
WINDOW: Final = 60  # seconds that clocks may differ, and that a proof is good for
LONGEST: Final = 6_144  # letters: an RSA key of 4096 bits, its signature, and what is said
LONGEST_JTI: Final = 512
RSA_BYTES: Final = range(256, 513)  # of the modulus: 2048 to 4096 bits
EXPONENT_BYTES: Final = 4  # a larger one only costs us work
REGISTRY: Final = JWSRegistry(algorithms=list(ALGORITHMS))
REGISTRY.max_header_length = 2_048  # letters: the key stands in it
PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_PORTS: Final = {"http": 80, "https": 443}
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")

Jwk = ECKey | RSAKey | OKPKey


class ProofUnfit(ValueError):
    """It proves nothing for this request; the text, for whoever develops the client, says why."""


@dataclass(frozen=True)
class Proof:
    """`thumbprint` names the key (`jkt`, RFC 7638); the proof is no good from `until` on (seconds since 1970)."""

    thumbprint: str
    jti: str
    until: int


@dataclass(frozen=True)
class Call:
    """What a proof must be for: this method at this address, as clients write it, with this access token if any."""

    method: str
    address: str
    token: str = ""


def read(text: str, *, call: Call, now: float) -> Proof:
    """The proof (RFC 9449, section 4.3), checked in all but whether it was shown before; raises `ProofUnfit`.

    Without a nonce of ours, which would cost every client a request more (section 8).
    """
    header, claims, key = _signed(text)
    if header.get("typ") != TYP:
        raise ProofUnfit("typ must be dpop+jwt")
    if claims.get("htm") != call.method:
        raise ProofUnfit("htm is another method")
    if not is_same_place(claims.get("htu"), call.address):
        raise ProofUnfit("htu is another address")
    if call.token and not _is_digest(claims.get("ath"), call.token):
        raise ProofUnfit("ath is not of this access token")
    jti = claims.get("jti")
    if not (isinstance(jti, str) and 0 < len(jti) <= LONGEST_JTI):
        raise ProofUnfit("jti is missing")
    return Proof(key.thumbprint(), jti, _made_at(claims.get("iat"), now) + WINDOW + 1)


def is_thumbprint(text: str) -> bool:
    """Whether it could be one: SHA-256 in base64url (`dpop_jkt`, section 10)."""
    return bool(_THUMBPRINT.fullmatch(text))


def is_same_place(said: object, address: str) -> bool:
    """Without query and fragment, and however it is spelt (RFC 3986, sections 6.2.2 and 6.2.3).

    Paths are compared decoded, for that is how a request arrives here.
    """
    try:
        return isinstance(said, str) and _place(said) == _place(address)
    except ValueError:
        return False


def _place(address: str) -> tuple[str, str, int | None, str]:
    parts = urlsplit(address)
    if parts.username is not None or parts.password is not None:
        raise ValueError
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme), unquote(parts.path) or "/"


def _signed(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any], Jwk]:
    """Header and claims of a JWT signed by the key it brings along."""
    if len(text) > LONGEST or not text.isascii():
        raise ProofUnfit("not one signed JWT")
    try:
        header = _object(text.partition(".")[0])
        key = _key(header)
        payload = jws.deserialize_compact(text, key, registry=REGISTRY).payload
        claims = json.loads(payload)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise error if isinstance(error, ProofUnfit) else ProofUnfit("not one signed JWT") from error
    if not isinstance(claims, dict):
        raise ProofUnfit("not one signed JWT")
    return header, claims, key


def _key(header: Mapping[str, Any]) -> Jwk:
    """Made anew of the members that matter, so that nothing else a JWK may say has a word in it."""
    jwk, algorithm = header.get("jwk"), header.get("alg")
    if algorithm not in ALGORITHMS:
        raise ProofUnfit(f"alg must be one of {' '.join(ALGORITHMS)}")
    if "crit" in header:
        raise ProofUnfit("crit names what is not understood here")
    if not isinstance(jwk, dict) or PRIVATE & set(jwk):
        raise ProofUnfit("jwk must be a public key")
    if algorithm == "ES256":
        return ECKey.import_key(
            {"kty": _word(jwk, "kty", "EC"), "crv": _word(jwk, "crv", "P-256"), **_of(jwk, "x", "y")}
        )
    if algorithm == "RS256":
        return _rsa(jwk)
    return OKPKey.import_key({"kty": _word(jwk, "kty", "OKP"), "crv": _word(jwk, "crv", "Ed25519"), **_of(jwk, "x")})


def _rsa(jwk: Mapping[str, Any]) -> RSAKey:
    said = _of(jwk, "n", "e")
    modulus, exponent = (_bytes(said[name]).lstrip(b"\0") for name in ("n", "e"))
    if len(modulus) not in RSA_BYTES or len(exponent) > EXPONENT_BYTES:
        raise ProofUnfit("jwk must be an RSA key of 2048 to 4096 bits")
    return RSAKey.import_key({"kty": _word(jwk, "kty", "RSA"), **said})


def _word(jwk: Mapping[str, Any], name: str, wanted: str) -> str:
    if jwk.get(name) != wanted:
        raise ProofUnfit("jwk does not fit alg")
    return wanted


def _of(jwk: Mapping[str, Any], *names: str) -> dict[str, str]:
    said = {name: jwk.get(name) for name in names}
    if not all(isinstance(value, str) and value.isascii() for value in said.values()):
        raise ProofUnfit("jwk must be a public key")
    return said  # type: ignore[return-value]  # all are texts


def _made_at(iat: object, now: float) -> int:
    if isinstance(iat, bool) or not isinstance(iat, int | float) or not abs(iat - int(now)) <= WINDOW:
        raise ProofUnfit(f"iat is more than {WINDOW} seconds away: is the clock right?")
    return int(iat)


def _is_digest(ath: object, token: str) -> bool:
    digest = urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=")
    return isinstance(ath, str) and hmac.compare_digest(ath.encode("utf-8", "surrogatepass"), digest)


def _object(coded: str) -> dict[str, Any]:
    said = json.loads(_bytes(coded))
    if not isinstance(said, dict):
        raise ProofUnfit("not one signed JWT")
    return said


def _bytes(coded: str) -> bytes:
    return urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
