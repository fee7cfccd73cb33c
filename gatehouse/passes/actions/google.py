"""Our account at Google Wallet, the links that save cards there, and what Google calls back with."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import claims, clock, sealing
from gatehouse.core.events import publish
from gatehouse.core.outbound import Outside
from gatehouse.journal import actions as journal
from gatehouse.passes import at_google, google, policies, queries, service_account
from gatehouse.passes.actions import telling
from gatehouse.passes.adapters.google import Later, NotLetIn, Refused as RefusedByGoogle
from gatehouse.passes.ecv2 import Callback
from gatehouse.passes.events import GoogleMarked
from gatehouse.passes.models import GoogleAccount, GoogleCallback, GoogleClass, GoogleObject, Pass
from gatehouse.passes.refusals import NotNow, Refused
from gatehouse.people.models import Person

WRONG: dict[service_account.Fault, str | Promise] = {
    "json": gettext_lazy("This is not the JSON file that Google Cloud gives for a key of a service account."),
    "type": gettext_lazy("This file is not the key of a service account. In Google Cloud, add a key of type JSON."),
    "email": gettext_lazy("The file does not say the service account's address (client_email)."),
    "key": gettext_lazy("The key in the file can't be read, or is shorter than 2048 bits."),
}


@transaction.atomic
def keep_google_account(*, issuer_id: str, service_account_json: str, actor: Person | None) -> GoogleAccount:
    """Keep the account that speaks for us, its key sealed; what Google was told before is told again. Raises `Refused`.

    What was made under another issuer id is forgotten: the new account may not touch it.
    """
    _check(actor)
    try:
        speaker = service_account.read(service_account_json)
    except service_account.AccountUnreadable as error:
        raise Refused(str(WRONG[error.fault])) from error
    sealed = sealing.seal(speaker.pem, purpose=GoogleAccount.PURPOSE)
    given: dict[str, Any] = {"issuer_id": issuer_id, "client_email": speaker.email, "sealed_key": sealed}
    given |= {"added_at": clock.now(), "added_by": actor.name if actor else "", "tried_at": None, "answer": ""}
    account, _is_new = GoogleAccount.objects.update_or_create(pk=1, defaults=given)
    _forget_others(issuer_id)
    journal.record(actor=actor, verb="google.connected", subject=f"issuer {issuer_id}")
    tell_again(everything=True)
    return account


@transaction.atomic
def forget_google_account(*, actor: Person | None) -> None:
    """Speak to Google no more. Cards that are saved stay on their phones as they are; coming back finds them again."""
    _check(actor)
    if account := queries.google_account():
        account.delete()
        journal.record(actor=actor, verb="google.disconnected", subject=f"issuer {account.issuer_id}")


def try_google_account(*, actor: Person | None) -> None:
    """Ask Google whether the account is let in, and write down what it said. Raises `Refused` and `NotNow`."""
    _check(actor)
    account = queries.google_account()
    if account is None:
        raise Refused(_("No account is kept."))
    with Outside(may_be_private=True, tries=2) as outside:
        try:
            at_google.conversation(account, outside).try_out(account.issuer_id)
        except sealing.SealBroken as error:
            raise Refused(
                _("The key was kept by a portal with another key of its own. Give us the file again.")
            ) from error
        except Later as error:
            raise NotNow(str(error)) from error
        except (NotLetIn, RefusedByGoogle) as error:
            telling.note_answer(str(error))
            raise Refused(str(error)) from error
    telling.note_answer("")


def tell_again(*, everything: bool = False) -> int:
    """Mark what Google refused as to be told; with `everything`, all it was ever told. Gives how many passes."""
    now = clock.now()
    anew = {"tell_since": now, "failed_at": None, "answer": "", **claims.anew(now)}
    known = Q(told_at__isnull=False) | Q(saved_at__isnull=False)
    with transaction.atomic():
        classes = GoogleClass.objects.all() if everything else queries.classes_failed()
        objects = GoogleObject.objects.filter(known) if everything else queries.google_failures()
        classes.order_by().update(**anew)
        count = objects.order_by().update(**anew)
        publish(GoogleMarked(count))
    return count


def mark_google(card_ids: Iterable[int]) -> int:
    """These passes have a new version: Google is to hear of those somebody ever asked a link for, which alone have a row.

    One UPDATE, in the caller's transaction. It takes rows that are being told just now away from whoever tells them.
    """
    now = clock.now()
    return GoogleObject.objects.filter(card__in=card_ids).update(tell_since=now, **claims.anew(now))


def make_save_link(*, card: Pass) -> str:
    """Google's address that saves this card to the phone of whoever opens it.

    The card itself is in the address where it is short enough; else Google is told it first, by REST, and the address
    names it alone. To be called outside of a transaction. Raises `Refused`, and `NotNow` while Google does not answer.
    """
    account = queries.google_account()
    if account is None or not queries.google_link(card):
        raise Refused(_("This card can't be saved to Google Wallet."))
    try:
        speaker, now = at_google.speaker(account), clock.now()
    except sealing.SealBroken as error:
        raise NotNow(str(error)) from error
    row, of_design = _rows_of(card, account)
    origins = [settings.BASE_URL]
    if row.told_at is None:
        said = at_google.object_of(row, of_design.class_id, now)
        classes = [] if of_design.told_version else [at_google.class_of(of_design)]
        token = google.save_jwt(speaker, objects=[said], classes=classes, origins=origins, now=now)
        if google.fits(link := at_google.save_link(token)):
            publish(GoogleMarked(1))
            return link
        telling.tell_now(row, of_design, account)
    token = google.save_jwt(speaker, objects=[{"id": row.object_id}], origins=origins, now=now)
    return at_google.save_link(token)


@transaction.atomic
def hear_google(*, callback: Callback) -> bool:
    """Somebody saved a card to a phone or removed it; False when this was heard before. Unknown cards change nothing."""
    heard = {"expires_at": callback.expires_at}
    _row, is_new = GoogleCallback.objects.get_or_create(nonce=callback.nonce, defaults=heard)
    if is_new:
        now = clock.now()
        is_save = callback.event == "save"
        happened: dict[str, Any] = {"saved_at": now, "removed_at": None} if is_save else {"removed_at": now}
        GoogleObject.objects.filter(object_id=callback.object_id).update(**happened)
    return is_new


def forget_callbacks() -> int:
    return queries.callbacks_over(clock.now()).delete()[0]


@transaction.atomic
def _rows_of(card: Pass, account: GoogleAccount) -> tuple[GoogleObject, GoogleClass]:
    """Marked to be told as they are made, so that Google has the card even if we die before the link is followed.

    Ids hold nothing of a person: an object's is the serial, a class's is random, for several portals may share an issuer.
    """
    now, suffix = clock.now(), secrets.token_hex(6)
    of_class = {"class_id": f"{account.issuer_id}.design-{suffix}", "tell_since": now}
    of_design, _is_new = GoogleClass.objects.get_or_create(design=card.design, defaults=of_class)
    of_object = {"object_id": f"{account.issuer_id}.{card.serial}", "tell_since": now}
    row, _is_new = GoogleObject.objects.get_or_create(card=card, defaults=of_object)
    return row, of_design


def _forget_others(issuer_id: str) -> None:
    GoogleObject.objects.exclude(object_id__startswith=f"{issuer_id}.").delete()
    GoogleClass.objects.exclude(class_id__startswith=f"{issuer_id}.").delete()


def _check(actor: Person | None) -> None:
    if not policies.can_keep_certificates(actor):
        raise PermissionDenied
