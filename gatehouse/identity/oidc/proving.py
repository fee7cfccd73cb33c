"""Who is this service? Each says it in the one way it was registered with; all failures look alike (RFC 6749, 5.2)."""

import binascii
from base64 import b64decode
from dataclasses import dataclass
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from gatehouse.core import clock
from gatehouse.identity.oidc import assertions, hashes, queries
from gatehouse.identity.oidc.asked import Asked
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.queries import Secret

Proof = Client.Proof
NOBODYS = Secret(hashes.digest(""), None)  # compared with where there is nobody, for the same work


@dataclass(frozen=True)
class Shown:
    """What was shown as proof, and by whom as they say."""

    proof: str
    client_id: str
    secret: str = ""

    def __repr__(self) -> str:
        return f"<Shown {self.proof}>"


def client_of(asked: Asked) -> Client:
    """The service that asks; raises `InvalidClientError`, always the same, or `InvalidRequestError` for two ways at once."""
    shown = _shown(asked)
    found = queries.client_and_secrets(shown.client_id)
    client, secrets = found or (None, ())
    is_proved = _is_proved(shown, client, secrets)
    if client is None or client.disabled_at or not is_proved or client.proof != shown.proof:
        raise nobody()
    return client


def nobody() -> InvalidClientError:
    return InvalidClientError("The service is not known, or did not prove who it is.", status_code=401)


def _is_proved(shown: Shown, client: Client | None, secrets: tuple[Secret, ...]) -> bool:
    if shown.proof == Proof.NONE:
        return client is not None
    if shown.proof == Proof.KEY:
        return client is not None and _has_signed(shown, client)
    now = clock.now()
    good = [secret for secret in secrets if secret.ends_at is None or secret.ends_at > now]
    fitting = [hashes.fits(shown.secret, secret.hash) for secret in good or [NOBODYS]]
    return bool(good) and any(fitting)


def _has_signed(shown: Shown, client: Client) -> bool:
    try:
        assertions.check(shown.secret, client=client)
    except assertions.NotProved:
        return False
    return True


def _shown(asked: Asked) -> Shown:
    """Exactly one proof (RFC 6749, section 2.3), and one name throughout."""
    ways = [way for way in (_basic(asked), _assertion(asked), _post(asked)) if way]
    if len(ways) > 1:
        raise InvalidRequestError("Show who you are in one way only.")
    shown = ways[0] if ways else Shown(Proof.NONE, asked.said("client_id"))
    if not shown.client_id or asked.said("client_id") not in ("", shown.client_id):
        raise nobody()
    return shown


def _basic(asked: Asked) -> Shown | None:
    """`Authorization: Basic`, both parts form-encoded first (RFC 6749, section 2.3.1)."""
    if not asked.authorization:
        return None
    scheme, _, coded = asked.authorization.partition(" ")
    try:
        text = b64decode(coded.strip(), validate=True).decode("utf-8") if scheme.lower() == "basic" else ""
        client_id, colon, secret = text.partition(":")
        named, said = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, ValueError) as error:
        raise nobody() from error
    if not colon or "\0" in named:
        raise nobody()
    return Shown(Proof.BASIC, named, said)


def _post(asked: Asked) -> Shown | None:
    secret = asked.said("client_secret")
    return Shown(Proof.POST, asked.said("client_id"), secret) if secret else None


def _assertion(asked: Asked) -> Shown | None:
    text, kind = asked.said("client_assertion"), asked.said("client_assertion_type")
    if not text and not kind:
        return None
    if kind != assertions.TYPE or not text:
        raise nobody()
    return Shown(Proof.KEY, assertions.claimed_client(text), text)
