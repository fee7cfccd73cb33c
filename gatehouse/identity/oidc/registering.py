"""Kernel: what a service says of itself when it registers, read strictly (RFC 7591, section 2).

Nothing is ever fetched: keys come in the request itself, and no address of a logo, a key set or a sector is called
(RFC 7591, section 5). What is not known here is left out, as the RFC has it, and not answered back.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from gatehouse.identity.oidc import scopes, uris
from gatehouse.identity.oidc.kinds import DEVICE, STARTS

GRANTS: Final = ("authorization_code", "refresh_token", DEVICE)
PROOFS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
ALGORITHMS: Final = ("ES256", "RS256")
SUBJECTS: Final = ("public", "pairwise")
NEVER_FETCHED: Final = ("jwks_uri", "sector_identifier_uri")  # leaving these out would change what was meant
MOST: Final = 20  # addresses, keys
LONGEST_NAME: Final = 80
LONGEST_SCOPE: Final = 1000
SMALLEST_RSA: Final = 2048  # bits; RFC 7518, section 3.3
LARGEST_RSA: Final = 8192
LONGEST_EXPONENT: Final = 6  # letters, of four bytes; a larger one only costs us work at each proof
_MEMBERS: Final = {"EC": ("kty", "crv", "x", "y"), "RSA": ("kty", "n", "e")}
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]{1,1400}")
_KID: Final = re.compile(r"[!-~]{1,200}")


class Unfit(ValueError):
    """`code` is `invalid_client_metadata` or `invalid_redirect_uri` (RFC 7591, section 3.2.2)."""

    def __init__(self, text: str, code: str = "invalid_client_metadata") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Wanted:
    """What is registered, in the words of our own rows."""

    name: str
    kind: str
    proof: str
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    post_logout_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""
    jwks: dict[str, Any] | None = field(default=None)
    signs_with: str = "ES256"
    subjects: str = "public"


def read(said: Mapping[str, Any], *, private_places: Iterable[str] = ()) -> Wanted:
    """The metadata as we keep it; raises `Unfit`.

    `private_places` (host or host:port) are named in the settings as inside the house: no stranger has them called.
    """
    for name in NEVER_FETCHED:
        if name in said:
            raise Unfit(f"{name} is not fetched here.")
    proof = _one_of(said, "token_endpoint_auth_method", PROOFS, "client_secret_basic")
    kind = _kind(said, proof)
    grants = _grants(said)
    redirect_uris = _redirect_uris(said, grants, is_native=kind == "native")
    return Wanted(
        name=_name(said, redirect_uris),
        kind=kind,
        proof=proof,
        grants=grants,
        scopes=_scopes(said, kind, grants),
        redirect_uris=redirect_uris,
        post_logout_uris=_addresses(said, "post_logout_redirect_uris", is_native=kind == "native"),
        backchannel_logout_uri=_told_at(said, set(private_places)),
        jwks=_keys(said, proof),
        signs_with=_one_of(said, "id_token_signed_response_alg", ALGORITHMS, "ES256"),
        subjects=_one_of(said, "subject_type", SUBJECTS, "public"),
    )


def metadata(wanted: Wanted) -> dict[str, Any]:
    """The same in the words of the RFC: all that was registered (RFC 7591, section 3.2.1)."""
    said: dict[str, Any] = {
        "client_name": wanted.name,
        "application_type": "native" if wanted.kind == "native" else "web",
        "redirect_uris": list(wanted.redirect_uris),
        "grant_types": list(wanted.grants),
        "response_types": ["code"] if "authorization_code" in wanted.grants else [],
        "scope": " ".join(wanted.scopes),
        "token_endpoint_auth_method": wanted.proof,
        "id_token_signed_response_alg": wanted.signs_with,
        "subject_type": wanted.subjects,
    }
    more = {
        "post_logout_redirect_uris": list(wanted.post_logout_uris),
        "backchannel_logout_uri": wanted.backchannel_logout_uri,
        "jwks": wanted.jwks,
    }
    return said | {name: value for name, value in more.items() if value}


def _one_of(said: Mapping[str, Any], name: str, known: Iterable[str], otherwise: str) -> str:
    value = said.get(name, otherwise)
    if not (isinstance(value, str) and value in known):
        raise Unfit(f"{name} is none of ours.")
    return value


def _texts(said: Mapping[str, Any], name: str, otherwise: Iterable[str] = ()) -> tuple[str, ...]:
    value = said.get(name, list(otherwise))
    if not (isinstance(value, list) and len(value) <= MOST and all(isinstance(one, str) for one in value)):
        raise Unfit(f"{name} must be a list of at most {MOST} texts.")
    return tuple(dict.fromkeys(value))


def _kind(said: Mapping[str, Any], proof: str) -> str:
    """`application_type` (OpenID Connect Dynamic Client Registration 1.0, section 2)."""
    if _one_of(said, "application_type", ("web", "native"), "web") == "native":
        return "native"
    return "page" if proof == "none" else "web"


def _grants(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Those by which people sign in; a service that speaks for itself is added by staff alone."""
    wanted = _texts(said, "grant_types", ["authorization_code"])
    if not wanted or not set(wanted) <= set(GRANTS) or set(wanted) == {"refresh_token"}:
        raise Unfit("grant_types may be authorization_code, refresh_token and the device code.")
    has_code = "authorization_code" in wanted
    if set(_texts(said, "response_types", ["code"] if has_code else [])) != ({"code"} if has_code else set()):
        raise Unfit("response_types must be code, and only with authorization_code.")
    return tuple(grant for grant in GRANTS if grant in wanted)


def _redirect_uris(said: Mapping[str, Any], grants: Iterable[str], *, is_native: bool) -> tuple[str, ...]:
    try:
        found = _addresses(said, "redirect_uris", is_native=is_native)
    except Unfit as error:
        raise Unfit(str(error), "invalid_redirect_uri") from error
    if "authorization_code" in grants and not found:
        raise Unfit("redirect_uris is missing.", "invalid_redirect_uri")
    return found


def _addresses(said: Mapping[str, Any], name: str, *, is_native: bool) -> tuple[str, ...]:
    """https; of native applications also this machine and schemes with a dot (RFC 8252, section 7)."""
    found = _texts(said, name)
    for address in found:
        trouble = uris.trouble_with(address, is_native=is_native)
        if trouble or not (is_native or address.startswith("https://")):
            raise Unfit(f"{name}: {trouble.value if trouble else 'scheme'}.")
    return found


def _told_at(said: Mapping[str, Any], private_places: set[str]) -> str:
    """Called by the portal itself, so it must not lead into the house."""
    address = said.get("backchannel_logout_uri", "")
    if address == "":
        return ""
    is_fit = isinstance(address, str) and len(address) <= 500 and uris.trouble_with(address) is None
    if not is_fit or not address.startswith("https://") or urlsplit(address).netloc in private_places:
        raise Unfit("backchannel_logout_uri is no public https address.")
    return str(address)


def _name(said: Mapping[str, Any], redirect_uris: tuple[str, ...]) -> str:
    """As people will read it; without one, the place where they come back to."""
    name = said.get("client_name", "")
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable():
        raise Unfit(f"client_name must be a line of at most {LONGEST_NAME} letters.")
    place = uris.place_of(redirect_uris[0]) if redirect_uris else ""
    return " ".join(name.split()) or place[:LONGEST_NAME] or "Service"


def _scopes(said: Mapping[str, Any], kind: str, grants: Iterable[str]) -> tuple[str, ...]:
    """Only what speaks of the person who signs in; the rest is left out, and the answer says what remains."""
    start = [*STARTS[kind].scopes, *([scopes.OFFLINE] if "refresh_token" in grants else [])]
    text = said.get("scope", " ".join(start))
    if not isinstance(text, str) or len(text) > LONGEST_SCOPE:
        raise Unfit("scope must be words with blanks between.")
    wanted = {scope for scope in text.split() if scope in scopes.OF_PEOPLE} | {scopes.OPENID}
    return tuple(scopes.line(wanted).split())


def _keys(said: Mapping[str, Any], proof: str) -> dict[str, Any] | None:
    """Public keys, of each only what a public key has (RFC 7517)."""
    value = said.get("jwks")
    if value is None:
        if proof == "private_key_jwt":
            raise Unfit("private_key_jwt needs jwks.")
        return None
    keys = value.get("keys") if isinstance(value, dict) else None
    if not (isinstance(keys, list) and 0 < len(keys) <= MOST and all(isinstance(key, dict) for key in keys)):
        raise Unfit("jwks is no set of public keys.")
    return {"keys": [_public(key) for key in keys]}


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    kty = key.get("kty")
    members = _MEMBERS.get(kty, ()) if isinstance(kty, str) else ()
    said = {name: key.get(name) for name in members}
    if not said or not all(isinstance(value, str) and _is_short(name, value) for name, value in said.items()):
        raise Unfit("jwks holds a key that is neither EC nor RSA.")
    if {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key):
        raise Unfit("jwks holds a private key.")
    if not _is_good(said):
        raise Unfit("jwks holds a key that signs neither ES256 nor RS256.")
    kid = key.get("kid")
    if kid is not None and not (isinstance(kid, str) and _KID.fullmatch(kid)):
        raise Unfit("jwks holds a kid that is no plain text.")
    return said | ({"kid": kid} if kid else {})


def _is_short(name: str, value: str) -> bool:
    return name in {"kty", "crv"} or bool(_BASE64URL.fullmatch(value))


def _is_good(said: dict[str, Any]) -> bool:
    try:
        if said["kty"] == "EC":
            return said["crv"] == "P-256" and bool(ECKey.import_key(said).public_key)
        modulus = urlsafe_b64decode(said["n"] + "==")
        is_sized = SMALLEST_RSA <= int.from_bytes(modulus).bit_length() <= LARGEST_RSA
        is_sized = is_sized and len(said["e"]) <= LONGEST_EXPONENT
        return is_sized and bool(RSAKey.import_key(said).public_key)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
