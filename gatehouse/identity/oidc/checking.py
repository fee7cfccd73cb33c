"""Kernel: what an authorization request asks, and whether it may be answered at all (RFC 6749, 4.1.1; OpenID Connect Core).

Two kinds of wrong. Who asks and where the answer goes must be certain first: `Unanswerable` is for the person to read, and
nothing is ever sent anywhere. All else is `Refused`: an error of the protocol, sent back to the client.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gatehouse.identity.oidc import dpop, pkce
from gatehouse.identity.oidc.claims import SCOPE_OF
from gatehouse.identity.oidc.plain import is_plain

LONGEST: Final = {"state": 1000, "nonce": 500, "redirect_uri": 2000, "scope": 1000, "claims": 4000}
LONGEST_OTHER: Final = 2000
LONGEST_QUERY: Final = 12_000
PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
NOT_SUPPORTED: Final = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
}
SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, 3.3


class Unanswerable(ValueError):
    """Who asks is not certain, or where the answer may go: a page for the person, never a redirect."""


class Refused(ValueError):
    """An error for the client: `code` is the protocol's, the text is for whoever develops it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """An authorization request that is well-formed. Nothing is said yet of the person or of what they allow."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    state: str = ""
    nonce: str = ""
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None  # seconds
    acr_values: tuple[str, ...] = ()
    login_hint: str = ""
    id_token_hint: str = ""
    ui_locales: tuple[str, ...] = ()
    resource: str = ""
    dpop_key: str = ""  # thumbprint of the key that alone redeems the code (RFC 9449, section 10)
    wanted: dict[str, Any] = field(default_factory=dict)

    @property
    def all_scopes(self) -> tuple[str, ...]:
        """Also those of claims that are asked for one by one: what a person is asked about, and allows."""
        by_name = [SCOPE_OF[claim] for part in self.wanted.values() for claim in part if claim in SCOPE_OF]
        return tuple(dict.fromkeys([*self.scopes, *by_name]))

    @property
    def essential_acrs(self) -> tuple[str, ...]:
        """Levels without which the client wants no answer (OpenID Connect Core 1.0, 5.5.1.1)."""
        acr = _entry(self.wanted, "acr")
        return tuple(_values(acr)) if acr.get("essential") is True else ()

    @property
    def wanted_subject(self) -> str:
        """The only person whom the client wants signed in, by their `sub`; "" where anybody will do."""
        value = _entry(self.wanted, "sub").get("value")
        return value if isinstance(value, str) else ""

    @property
    def may_ask(self) -> bool:
        return "none" not in self.prompt


def only_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Parameters by name; empty ones count as left out (RFC 6749, 3.1). Raises `Refused` for a repeated one."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Refused("invalid_request", f"{_shown(name)} is given more than once")
        found[name] = value
    return {name: value for name, value in found.items() if value}


def sure(pairs: Iterable[tuple[str, str]], name: str) -> str:
    """The value of a parameter on which everything rests: given, once, and in plain characters; raises `Unanswerable`."""
    values = [value for key, value in pairs if key == name and value]
    if len(values) != 1 or len(values[0]) > LONGEST.get(name, LONGEST_OTHER) or not values[0].isprintable():
        raise Unanswerable(name)
    return values[0]


def read(pairs: Collection[tuple[str, str]], *, allowed: Collection[str]) -> Asked:
    """The request, from its parameters and the scopes its client may ask for; raises `Refused`.

    Scopes that are known nowhere or not this client's are left out (OpenID Connect Core 1.0, 3.1.2.1); the answer of the
    token endpoint says which remain.
    """
    given = only_once(pairs)
    _check_shape(given)
    if "response_type" not in given:
        raise Refused("invalid_request", "response_type is missing")
    if given["response_type"] != "code":
        raise Refused("unsupported_response_type", "response_type must be code")
    if given.get("response_mode", "query") != "query":
        raise Refused("invalid_request", "response_mode must be query")
    prompt = frozenset(given.get("prompt", "").split())
    if prompt - PROMPTS or (len(prompt) > 1 and "none" in prompt):
        raise Refused("invalid_request", "prompt is not understood")
    return Asked(
        client_id=given["client_id"],
        redirect_uri=given["redirect_uri"],
        scopes=_scopes(given.get("scope", ""), allowed),
        challenge=_challenge(given),
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        prompt=prompt,
        max_age=_seconds(given.get("max_age")),
        acr_values=tuple(given.get("acr_values", "").split()),
        login_hint=given.get("login_hint", ""),
        id_token_hint=given.get("id_token_hint", ""),
        ui_locales=tuple(given.get("ui_locales", "").split()),
        resource=given.get("resource", ""),
        dpop_key=_thumbprint(given.get("dpop_jkt", "")),
        wanted=_claims(given.get("claims"), allowed),
    )


def check_pushed(*, is_pushed: bool, is_needed: bool) -> None:
    """Some clients push all their requests (RFC 9126, section 6); raises `Refused` for one that came by the browser."""
    if is_needed and not is_pushed:
        raise Refused("invalid_request", "this client pushes its requests first (RFC 9126)")


def check_target(asked: Asked, known: Collection[str]) -> None:
    """Tokens are for an audience of this client, or for any (RFC 8707, 2); raises `Refused`."""
    if asked.resource and asked.resource not in known:
        raise Refused("invalid_target", "resource is no audience of this client")


def _check_shape(given: Mapping[str, str]) -> None:
    for name, value in given.items():
        if len(value) > LONGEST.get(name, LONGEST_OTHER):
            raise Refused("invalid_request", f"{_shown(name)} is too long")
        if not value.isprintable():
            raise Refused("invalid_request", f"{_shown(name)} holds characters that do not belong there")
    for name, code in NOT_SUPPORTED.items():
        if name in given:
            raise Refused(code, f"{name} is not understood here")


def _scopes(text: str, allowed: Collection[str]) -> tuple[str, ...]:
    scopes = tuple(dict.fromkeys(text.split(" "))) if text else ()
    if not all(SCOPE.fullmatch(scope) for scope in scopes):
        raise Refused("invalid_scope", "scope is not well-formed")
    granted = tuple(scope for scope in scopes if scope in allowed)
    if not granted:
        raise Refused("invalid_scope", "none of these scopes may be asked for by this client")
    return granted


def _challenge(given: Mapping[str, str]) -> str:
    """PKCE for every client, and by SHA-256 alone (RFC 9700, 2.1.1)."""
    challenge = given.get("code_challenge", "")
    if not challenge:
        raise Refused("invalid_request", "code_challenge is missing: PKCE is required (RFC 7636)")
    if given.get("code_challenge_method") != pkce.METHOD:
        raise Refused("invalid_request", "code_challenge_method must be S256")
    if not pkce.is_challenge(challenge):
        raise Refused("invalid_request", "code_challenge is no SHA-256 in base64url")
    return challenge


def _thumbprint(text: str) -> str:
    if text and not dpop.is_thumbprint(text):
        raise Refused("invalid_request", "dpop_jkt is no SHA-256 in base64url")
    return text


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        raise Refused("invalid_request", "max_age is no number of seconds")
    return int(text)


def _claims(text: str | None, allowed: Collection[str]) -> dict[str, Any]:
    """The claims parameter: {"id_token": {claim: null or {…}}, "userinfo": {…}}; other members are left out.

    So are claims about the person that none of the scopes opens which this client may ask for.
    """
    if text is None:
        return {}
    try:
        wanted = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("invalid_request", "claims is no JSON") from error
    if not isinstance(wanted, dict) or not is_plain(wanted):
        raise Refused("invalid_request", "claims is no JSON object of plain values")
    parts = {name: wanted[name] for name in ("id_token", "userinfo") if wanted.get(name) is not None}
    for part in parts.values():
        if not (isinstance(part, dict) and all(value is None or isinstance(value, dict) for value in part.values())):
            raise Refused("invalid_request", "claims is not as OpenID Connect Core 1.0, 5.5 says")
    return {name: _within(part, allowed) for name, part in parts.items()}


def _within(part: Mapping[str, Any], allowed: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in SCOPE_OF or SCOPE_OF[name] in allowed}


def _entry(wanted: Mapping[str, Any], claim: str) -> dict[str, Any]:
    return (wanted.get("id_token") or {}).get(claim) or {}


def _values(entry: Mapping[str, Any]) -> list[str]:
    listed = entry.get("values")
    values = [*(listed if isinstance(listed, list) else []), entry.get("value")]
    return [value for value in values if isinstance(value, str)]


def _shown(name: str) -> str:
    """As an error may say it (RFC 6749, 5.2: no quotes, no backslash, ASCII), and not at any length."""
    return "".join(letter for letter in name if letter.isascii() and letter.isprintable() and letter not in '"\\')[:60]
