"""Passkeys: what the browser is asked for, and whether what it answers holds (WebAuthn Level 3; fido2 does the reckoning).

Always discoverable and always with user verification (a finger, a face, a PIN): so one passkey is possession and
knowledge at once, and signs in by itself. allauth.mfa keeps them, in the shape its own code reads.
"""

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST: Final = 20_000  # letters of an answer; attestations with certificates have some 5,000
REQUIRED: Final = UserVerificationRequirement.REQUIRED


class PasskeyUnusable(ValueError):
    """The answer is broken, for another place or challenge, or signed by another key. Says no more, on purpose."""


@dataclass(frozen=True)
class Place:
    """Where passkeys are for: the name that browsers bind them to, and the one origin they may come from."""

    rp_id: str
    origin: str

    def server(self, house: str = "") -> Fido2Server:
        """The origin is compared whole: fido2 by itself would take any port and any name below ours."""
        entity = PublicKeyCredentialRpEntity(id=self.rp_id, name=house or self.rp_id)
        return Fido2Server(entity, verify_origin=lambda origin: origin == self.origin)


@dataclass(frozen=True)
class Made:
    """A new passkey: what is kept of it."""

    credential: dict[str, Any]
    count: int
    is_backed_up: bool


@dataclass(frozen=True)
class Shown:
    """What a browser claims to have signed: by whom (`handle`), with what."""

    handle: UUID | None
    credential_id: bytes
    answer: dict[str, Any]


def place_for(*, base_url: str, called: str, is_production: bool) -> Place | None:
    """Where somebody is who called us by this origin (`http://localhost:8000`); None where passkeys cannot work.

    Browsers know them for names only, not for numbers such as 127.0.0.1, and on secure addresses only, which localhost
    counts as. A portal that is called by another of its names has its passkeys under the first.
    """
    host = urlsplit(called).hostname or ""
    is_ours = called == base_url or (not is_production and host == "localhost")
    is_secure = called.startswith("https:") or host == "localhost"
    return Place(host, called) if is_ours and is_secure and not _is_number(host) else None


def ask_new(
    place: Place, *, house: str, handle: UUID, account: str, name: str, known: Iterable[Authenticator]
) -> tuple[Any, str]:
    """Options for `navigator.credentials.create`, and the challenge in them; `house` is what we are called."""
    options, state = place.server(house).register_begin(
        PublicKeyCredentialUserEntity(id=handle.bytes, name=account, display_name=name),
        credentials=[key_of(row) for row in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
    )
    return dict(options), state["challenge"]


def ask_known(place: Place, *, known: Iterable[Authenticator] = ()) -> tuple[Any, str]:
    """Options for `navigator.credentials.get`, and the challenge; without `known`, any passkey made here will do."""
    keys = [key_of(row) for row in known]
    options, state = place.server().authenticate_begin(keys or None, user_verification=REQUIRED)
    return dict(options), state["challenge"]


def made(place: Place, *, challenge: str, text: str) -> Made:
    """Raises `PasskeyUnusable`."""
    answer = _read(text)
    try:
        data = place.server().register_complete(_state(challenge), answer)
    except Exception as error:
        raise PasskeyUnusable from error  # whatever hostile bytes make a decoder do
    return Made(_kept(answer), data.counter, data.is_backed_up())


def shown(text: str) -> Shown:
    """Read, not yet believed; raises `PasskeyUnusable`."""
    answer = _read(text)
    try:
        response = AuthenticationResponse.from_dict(answer)
        handle = response.response.user_handle
        return Shown(UUID(bytes=handle) if handle else None, response.raw_id, answer)
    except Exception as error:
        raise PasskeyUnusable from error  # the same


def proved(place: Place, shown: Shown, *, challenge: str, known: Iterable[Authenticator]) -> tuple[Authenticator, int]:
    """The passkey that signed, and its count of signatures; raises `PasskeyUnusable`."""
    rows = {key_of(row).credential_id: row for row in known}
    row = rows.get(shown.credential_id)
    if row is None:
        raise PasskeyUnusable
    try:
        place.server().authenticate_complete(_state(challenge), [key_of(row)], shown.answer)
        return row, AuthenticationResponse.from_dict(shown.answer).response.authenticator_data.counter
    except Exception as error:
        raise PasskeyUnusable from error  # the same


def key_of(row: Authenticator) -> AttestedCredentialData:
    registered = RegistrationResponse.from_dict(row.data["credential"])
    data: AttestedCredentialData | None = registered.response.attestation_object.auth_data.credential_data
    assert data is not None, "registrations carry a key"
    return data


def _state(challenge: str) -> dict[str, Any]:
    websafe_decode(challenge)
    return {"challenge": challenge, "user_verification": REQUIRED}


def _read(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise PasskeyUnusable from error
    if not isinstance(answer, dict):
        raise PasskeyUnusable
    return answer


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    """Of all that a browser may send, what is read again."""
    response = {name: answer["response"][name] for name in ("clientDataJSON", "attestationObject")}
    return {"id": answer["id"], "rawId": answer["rawId"], "type": "public-key", "response": response}


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
