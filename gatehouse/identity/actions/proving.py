"""Something beside mailbox and password is proved: a code of an app, a recovery code, a passkey. Each counts once.

None of these is in a transaction of its own: a try counts, whatever comes of it, and the taking itself is one
conditional UPDATE, so that of two who come with the same thing at once one gets in, on SQLite as on PostgreSQL.
"""

from typing import Any

from allauth.mfa.models import Authenticator

from gatehouse.core import clock
from gatehouse.identity import factors, passkeys, rates, recovery, totp
from gatehouse.identity.actions.entering import note_failed
from gatehouse.identity.models import RecoveryCode
from gatehouse.identity.passkeys import PasskeyUnusable, Place, Shown
from gatehouse.identity.refusals import FactorWrong, PasskeyWrong, PasswordWrong, RecoveryWrong
from gatehouse.people.models import Person


def try_totp(*, person: Person, code: str, browser: str = "") -> None:
    """Raises `FactorWrong` or `TooOften`. `browser` is its name, where this person signed in before."""
    rates.spend_second_step(person_id=person.pk, browser=browser)
    row = factors.totp_of(person)
    secret = factors.secret_of(row) if row else ""
    step = totp.matching_step(secret, code, now=clock.now()) if secret else None
    if row is None or step is None or not _take(row, step=step):
        note_failed("totp", person)
        raise FactorWrong


def try_recovery(*, person: Person, code: str, browser: str = "") -> int:
    """How many codes are left; raises `RecoveryWrong` or `TooOften`."""
    rates.spend_second_step(person_id=person.pk, browser=browser)
    fitting = RecoveryCode.objects.filter(person=person, digest=recovery.digest(code), used_at=None)
    if not fitting.update(used_at=clock.now()):
        note_failed("recovery", person)
        raise RecoveryWrong
    return factors.codes_of(person).count()


def try_password(*, person: Person, password: str, browser: str = "") -> None:
    """Of somebody who is signed in; raises `PasswordWrong` or `TooOften`."""
    rates.spend_password(email=person.email or person.pk.hex, browser=browser)
    if not person.check_password(password):
        note_failed("password", person)
        raise PasswordWrong


def try_passkey(*, person: Person, text: str, place: Place, challenge: str, browser: str = "") -> None:
    """Of somebody we know already; raises `PasskeyWrong` or `TooOften`."""
    rates.spend_second_step(person_id=person.pk, browser=browser)
    try:
        _prove(person, passkeys.shown(text), place, challenge)
    except PasskeyUnusable as error:
        note_failed("passkey", person)
        raise PasskeyWrong from error


def sign_in_by_passkey(*, text: str, place: Place, challenge: str) -> Person:
    """Whose passkey this is, without anything typed before; raises `PasskeyWrong` or `TooOften`."""
    rates.spend_passkey()
    person = None
    try:
        shown = passkeys.shown(text)
        person = Person.objects.filter(pk=shown.handle).first() if shown.handle else None
        return _prove(person, shown, place, challenge)
    except PasskeyUnusable as error:
        note_failed("passkey", person)
        raise PasskeyWrong from error


def _prove(person: Person | None, shown: Shown, place: Place, challenge: str) -> Person:
    if not challenge or person is None or not person.is_active:
        raise PasskeyUnusable
    row, count = passkeys.proved(place, shown, challenge=challenge, known=factors.passkeys_of(person))
    # Those that count must count on; one that does not has a twin somewhere (WebAuthn, 6.1.1). Those that are shared
    # between one's own machines never count.
    if not (_use(row) if count == row.data["count"] == 0 else _take(row, count=count)):
        raise PasskeyUnusable
    return person


def _take(row: Authenticator, **mark: int) -> bool:
    """Move the mark on, if nobody moved it as far meanwhile."""
    ((name, value),) = mark.items()
    return _use(row, data={**row.data, **mark}, **{f"data__{name}__lt": value})


def _use(row: Authenticator, data: dict[str, Any] | None = None, **still: Any) -> bool:
    change: dict[str, Any] = {"last_used_at": clock.now()} | ({"data": data} if data else {})
    return bool(Authenticator.objects.filter(pk=row.pk, **still).update(**change))
