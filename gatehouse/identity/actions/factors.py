"""What protects an account is set up, renamed and taken away; each change ends the trust in browsers and posts a letter."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction

from gatehouse.core import clock
from gatehouse.identity import factors, policies, recovery, totp
from gatehouse.identity.actions.sessions import end_all_sessions
from gatehouse.identity.models import RecoveryCode, SecondStep, TrustedBrowser
from gatehouse.identity.passkeys import Made
from gatehouse.identity.refusals import FactorWrong
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.events import PeopleMerged
from gatehouse.people.models import Person

LONGEST_NAME = 60


def add_totp(*, person: Person, secret: str, code: str) -> None:
    """Take the app into use, and ask for a second step from now on; raises `FactorWrong`.

    The code proves that the app has the secret, and is used up by that. An app set up before works no more.
    """
    step = totp.matching_step(secret, code, now=clock.now())
    if step is None:
        raise FactorWrong
    data = {"secret": get_adapter().encrypt(secret), "step": step}
    with _changed(person, verb="totp.added", actor=person):
        Authenticator.objects.update_or_create(
            user=person, type=factors.TOTP, defaults={"data": data, "created_at": clock.now(), "last_used_at": None}
        )
        SecondStep.objects.get_or_create(person=person)


def remove_totp(*, person: Person) -> None:
    with _changed(person, verb="totp.removed", actor=person):
        Authenticator.objects.filter(user=person, type=factors.TOTP).delete()
        _leave_no_empty_door(person)


def add_passkey(*, person: Person, made: Made, name: str) -> None:
    data = {"name": _name(name), "credential": made.credential, "count": made.count, "is_backed_up": made.is_backed_up}
    with _changed(person, verb="passkey.added", actor=person):
        Authenticator.objects.create(user=person, type=factors.PASSKEY, data=data)


@transaction.atomic
def rename_passkey(*, passkey: Authenticator, name: str) -> None:
    held = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    held.data["name"] = _name(name)
    held.save(update_fields=["data"])


def remove_passkey(*, passkey: Authenticator) -> None:
    person = passkey.user
    with _changed(person, verb="passkey.removed", actor=person):
        passkey.delete()
        _leave_no_empty_door(person)


def ask_second_step(*, person: Person) -> None:
    """From now on a code by e-mail or a password is not enough. Nothing happens without an app or a passkey."""
    if not factors.strong_of(person).exists():
        return
    with _changed(person, verb="second-step.began", actor=person):
        SecondStep.objects.get_or_create(person=person)


def ask_one_step(*, person: Person) -> None:
    with _changed(person, verb="second-step.ended", actor=person):
        SecondStep.objects.filter(person=person).delete()


def make_recovery_codes(*, person: Person) -> list[str]:
    """Ten new ones, in clear for this once; those from before work no more."""
    codes = recovery.new()
    with _changed(person, verb="recovery.made", actor=person):
        RecoveryCode.objects.filter(person=person).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=recovery.digest(code)) for code in codes)
    return codes


def reset_factors(*, person: Person, actor: Person | None) -> None:
    """For somebody who lost them: a code by e-mail is the way in again, and they are signed out everywhere.

    `actor` is an owner, or nobody when the command does it; the person is told by letter.
    """
    if actor and not policies.can_reset_factors_of(actor, person):
        raise PermissionDenied
    with _changed(person, verb="factors.reset", actor=actor):
        factors.strong_of(person).delete()
        RecoveryCode.objects.filter(person=person).delete()
        SecondStep.objects.filter(person=person).delete()
        end_all_sessions(person=person, actor=actor)


def give_factors_to_kept(fact: PeopleMerged) -> None:
    """App, codes and second step go along, unless the other record has a second step of its own.

    Passkeys cannot: a device keeps them under the id of the record that is gone, so they go with it.
    """
    if not SecondStep.objects.filter(person=fact.gone_id).exists():
        return
    if SecondStep.objects.filter(person=fact.kept_id).exists():
        return
    Authenticator.objects.filter(user=fact.kept_id, type=factors.TOTP).delete()
    Authenticator.objects.filter(user=fact.gone_id, type=factors.TOTP).update(user=fact.kept_id)
    RecoveryCode.objects.filter(person=fact.kept_id).delete()
    RecoveryCode.objects.filter(person=fact.gone_id).update(person=fact.kept_id)
    SecondStep.objects.filter(person=fact.gone_id).delete()
    if Authenticator.objects.filter(user=fact.kept_id, type__in=factors.STRONG).exists():
        SecondStep.objects.create(person_id=fact.kept_id)


@contextmanager
def _changed(person: Person, *, verb: str, actor: Person | None) -> Iterator[None]:
    with transaction.atomic():
        yield
        TrustedBrowser.objects.filter(person=person).delete()
        journal.record(actor=actor, verb=verb, subject=person.name, subject_id=person.pk)
        if person.email:
            mail.post(to=person, template="identity/letters/factor", context={"what": verb}, actor=actor)


def _leave_no_empty_door(person: Person) -> None:
    """Without app and passkeys there is no second step to ask for, and nothing that codes would stand in for."""
    if not factors.strong_of(person).exists():
        SecondStep.objects.filter(person=person).delete()
        RecoveryCode.objects.filter(person=person).delete()


def _name(name: str) -> str:
    return name.strip()[:LONGEST_NAME]
