"""Keyfobs: given to a person, taken away, and shown to a reader."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.identity import fobs, rates, tokens
from gatehouse.identity.models import Fob, SignInFlow, UpstreamIdentity
from gatehouse.identity.refusals import FobTaken, FobUnknown
from gatehouse.journal import actions as journal
from gatehouse.people.events import PeopleMerged
from gatehouse.people.models import Person

SECONDS = 60  # that a sign-in made for a fob waits


def add_fob(*, person: Person, number: str, name: str = "", actor: Person) -> Fob:
    """Raises `FobUnreadable` and `FobTaken`."""
    plain = fobs.normal(number)
    digest = fobs.digest(plain)
    try:
        with transaction.atomic():
            fob = Fob.objects.create(person=person, digest=digest, name=name.strip()[:60], hint=plain[-2:])
            journal.record(actor=actor, verb="fob.added", subject=person.name, subject_id=person.pk)
    except IntegrityError as error:
        raise FobTaken from error
    return fob


def remove_fob(*, fob: Fob, actor: Person) -> None:
    """Also what was just made for it opens nothing any more."""
    with transaction.atomic():
        SignInFlow.objects.filter(purpose=SignInFlow.Purpose.FOB, person=fob.person_id, used_at=None).delete()
        if fob.delete()[0]:
            journal.record(actor=actor, verb="fob.removed", subject=fob.person.name, subject_id=fob.person_id)


def give_fobs_to_kept(fact: PeopleMerged) -> None:
    """And what other organisations' sign-ins they are connected with."""
    Fob.objects.filter(person=fact.gone_id).update(person=fact.kept_id)
    UpstreamIdentity.objects.filter(person=fact.gone_id).update(person=fact.kept_id)


def show_fob(*, number: str, reader: str) -> tuple[str, Person]:
    """An address that signs the fob's owner in, once, within `SECONDS`; `reader` is the service that saw it.

    Raises `FobUnreadable`, `FobUnknown` and, for a reader that shows too many unknown ones, `TooOften`.
    """
    fob = Fob.objects.select_related("person").filter(digest=fobs.digest(number)).first()
    if fob is None or not fob.person.is_active:
        rates.spend_fob(reader=reader)
        raise FobUnknown
    link = tokens.new(uuid4())
    with transaction.atomic():
        Fob.objects.filter(pk=fob.pk).update(seen_at=clock.now())
        SignInFlow.objects.create(
            id=link.id,
            purpose=SignInFlow.Purpose.FOB,
            person=fob.person,
            email=fob.person.email or "",
            link_hash=link.digest,
            expires_at=clock.now() + timedelta(seconds=SECONDS),
        )
        journal.record(
            actor=None,
            verb="fob.shown",
            subject=fob.person.name,
            subject_id=fob.person_id,
            details={"reader": reader},
        )
    return settings.BASE_URL + reverse("identity:fob", args=[link]), fob.person
