"""What a person has beside mailbox and password: passkeys, an authenticator app, recovery codes, trusted browsers."""

import hashlib
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from gatehouse.core import clock, sealing
from gatehouse.identity.models import RecoveryCode, SecondStep, TrustedBrowser
from gatehouse.people.models import Person

TOTP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
STRONG = (TOTP, PASSKEY)


def strong_of(person: Person) -> "QuerySet[Authenticator]":
    """App and passkeys: what a stranger with one's mailbox and password does not have."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=STRONG)
    return rows


def is_last(person: Person) -> bool:
    """Whether taking one of them away leaves nothing, so that second step and recovery codes end with it."""
    return strong_of(person).count() == 1


def totp_of(person: Person) -> Authenticator | None:
    return Authenticator.objects.filter(user=person, type=TOTP).first()


def passkeys_of(person: Person) -> "QuerySet[Authenticator]":
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type=PASSKEY).order_by("created_at", "pk")
    return rows


def secret_of(row: Authenticator) -> str:
    """Empty when it was sealed with another key: no code fits it, and the other ways stay open."""
    try:
        return str(get_adapter().decrypt(row.data["secret"]))
    except sealing.SealBroken:
        return ""


def codes_of(person: Person) -> QuerySet[RecoveryCode]:
    """Those not used yet."""
    return RecoveryCode.objects.filter(person=person, used_at=None)


def second_step_since(person: Person) -> datetime | None:
    return SecondStep.objects.filter(person=person).values_list("since", flat=True).first()


def asks_second_step(person: Person) -> bool:
    """Never of somebody who has nothing to show: that would be a door without a handle."""
    return SecondStep.objects.filter(person=person).exists() and strong_of(person).exists()


def trusted_of(person: Person) -> QuerySet[TrustedBrowser]:
    return TrustedBrowser.objects.filter(person=person, ends_at__gt=clock.now()).order_by("-began_at")


def is_trusted(person: Person, browser: str) -> bool:
    """Whether they said of this browser, named by its known cookie, that it is theirs."""
    return bool(browser) and trusted_of(person).filter(browser_hash=hash_of(browser)).exists()


def hash_of(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()


def all_about(person: Person) -> dict[str, Any]:
    """For the file that a person takes along; neither secrets nor hashes."""
    passkeys = [
        {"name": row.data["name"], "created_at": row.created_at, "last_used_at": row.last_used_at}
        for row in passkeys_of(person)
    ]
    app = totp_of(person)
    return {
        "second_step_since": second_step_since(person),
        "passkeys": passkeys,
        "authenticator_app_since": app.created_at if app else None,
        "recovery_codes_left": codes_of(person).count(),
        "trusted_browsers": list(trusted_of(person).values("browser", "system", "began_at", "ends_at")),
        "known_networks": list(person.known_networks.values("network", "seen_at")),
    }
