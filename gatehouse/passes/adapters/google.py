"""Google Wallet's REST (walletobjects/v1), spoken for an issuer by its service account. No Django, no database.

Tokens live in the process until they end; they and the account's key are in no error and in no log.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from gatehouse.core.outbound import Answer, Outside, Unreachable
from gatehouse.passes.google import Kind, Said, as_patch
from gatehouse.passes.service_account import ServiceAccount

SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"  # RFC 7523
LIVES = timedelta(hours=1)  # of an assertion: the longest Google takes
EARLY = timedelta(minutes=1)  # a token is not used to its last second
HASTE = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED"}


class Refused(ValueError):
    """Google will not take this as it is; the text is Google's. Asking again changes nothing."""


class Later(ValueError):
    """Google is busy or out of reach: try again."""


class NotLetIn(ValueError):
    """Google does not know the account, or the account may not speak for the issuer; the text is Google's."""


@dataclass(frozen=True)
class Places:
    """Base addresses, without a slash at the end: of the REST, and of the OAuth token endpoint."""

    rest: str
    token: str


@dataclass(frozen=True)
class Token:
    text: str
    until: datetime


_tokens: dict[str, Token] = {}  # by place and key; of this process


@dataclass(frozen=True)
class Google:
    """One conversation. `outside` tries once where we are a sweep, whose rows know when to try again."""

    account: ServiceAccount
    places: Places
    outside: Outside

    def put(self, kind: Kind, said: Said, *, is_there: bool) -> None:
        """Make it so. `is_there` is what we believe: a wrong belief (404, 409) is put right by the other way."""
        first, second, mistaken = self._patch, self._insert, HTTPStatus.NOT_FOUND
        if not is_there:
            first, second, mistaken = self._insert, self._patch, HTTPStatus.CONFLICT
        answer = first(kind, said)
        _checked(second(kind, said) if answer.status == mistaken else answer)

    def get(self, kind: Kind, name: str) -> Said | None:
        """What Google has under this id; None when there is nothing."""
        answer = self._call("GET", f"{kind}/{quote(name, safe='.')}")
        return None if answer.status == HTTPStatus.NOT_FOUND else _checked(answer)

    def try_out(self, issuer_id: str) -> None:
        """Ask for something harmless: whether the account is let in, and may speak for this issuer."""
        _checked(self._call("GET", "genericClass", params={"issuerId": issuer_id, "maxResults": "1"}))

    def _insert(self, kind: Kind, said: Said) -> Answer:
        return self._call("POST", kind, json=said)

    def _patch(self, kind: Kind, said: Said) -> Answer:
        return self._call("PATCH", f"{kind}/{quote(said['id'], safe='.')}", json=as_patch(kind, said))

    def _call(self, method: str, path: str, **sent: Any) -> Answer:
        """With a token; a token that is refused is thrown away, and a new one tried once."""
        answer = self._once(method, path, self._token(), sent)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            _tokens.pop(self._token_key, None)
            answer = self._once(method, path, self._token(), sent)
        return answer

    def _once(self, method: str, path: str, token: str, sent: dict[str, Any]) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        return self._send(method, f"{self.places.rest}/{path}", headers=headers, **sent)

    def _send(self, method: str, url: str, **sent: Any) -> Answer:
        try:
            return self.outside.call(method, url, **sent)
        except Unreachable as error:
            raise Later(f"Google is out of reach: {error}") from error

    @property
    def _token_key(self) -> str:
        return hashlib.sha256(f"{self.places.token} {self.account.email} ".encode() + self.account.pem).hexdigest()

    def _token(self) -> str:
        known, now = _tokens.get(self._token_key), datetime.now(UTC)
        if known is None or known.until <= now:
            known = _tokens[self._token_key] = self._ask_for_token(now)
        return known.text

    def _ask_for_token(self, now: datetime) -> Token:
        claims = {"iss": self.account.email, "scope": SCOPE, "aud": self.places.token, "iat": int(now.timestamp())}
        claims["exp"] = int((now + LIVES).timestamp())
        form = {"grant_type": GRANT, "assertion": self.account.signed(claims)}
        answer = self._send("POST", self.places.token, data=form)
        if _is_later(answer):
            raise Later(_reason(answer))
        said = answer.json() if answer.is_ok else None
        if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
            raise NotLetIn(_reason(answer))
        lives = said.get("expires_in")
        seconds = lives if isinstance(lives, int) and 0 < lives < 86_400 else 300
        return Token(said["access_token"], now + timedelta(seconds=seconds) - EARLY)


def _checked(answer: Answer) -> Said:
    if answer.is_ok:
        said = answer.json()
        return said if isinstance(said, dict) else {}
    if _is_later(answer):
        raise Later(_reason(answer))
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise NotLetIn(_reason(answer))
    raise Refused(_reason(answer))


def _is_later(answer: Answer) -> bool:
    is_busy = answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= 500
    return is_busy or (answer.status == HTTPStatus.FORBIDDEN and bool(HASTE & _reasons(answer)))


def _error(answer: Answer) -> Any:
    said = answer.json()
    return said.get("error") if isinstance(said, dict) else None


def _reasons(answer: Answer) -> set[str]:
    error = _error(answer)
    listed = error.get("errors") if isinstance(error, dict) else None
    return {str(one.get("reason")) for one in listed if isinstance(one, dict)} if isinstance(listed, list) else set()


def _reason(answer: Answer) -> str:
    """Google's own words, whichever way it says them (OAuth: RFC 6749, 5.2; REST: google.rpc.Status)."""
    error, said = _error(answer), answer.json()
    if isinstance(error, dict):
        words = str(error.get("message") or error.get("status") or "")
    else:
        described = said.get("error_description") if isinstance(said, dict) else None
        words = ": ".join(str(part) for part in (error, described) if part)
    return f"{answer.status} {words}".strip()[:300]
