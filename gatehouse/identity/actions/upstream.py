"""By another organisation's sign-in: there, back, and whom the answer lets in. Never by e-mail (nOAuth)."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.identity import rates, tokens
from gatehouse.identity.models import SignInFlow, UpstreamIdentity
from gatehouse.identity.refusals import FlowOver, UpstreamRefused, UpstreamTaken, UpstreamUnknown
from gatehouse.identity.upstream import asking, providers
from gatehouse.identity.upstream.documents import NoAnswer
from gatehouse.identity.upstream.id_tokens import Known, NotGood
from gatehouse.identity.upstream.providers import Upstream
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.models import ExternalId, Person

log = logging.getLogger("gatehouse.identity")

Purpose = SignInFlow.Purpose
INVITED_FOR: Final = timedelta(days=7)
SKEW: Final = timedelta(minutes=2)


def begin_upstream(
    *,
    upstream: Upstream,
    next_path: str = "",
    connects: Person | None = None,
    invitation: SignInFlow | None = None,
    anew: bool = False,
) -> tuple[str, tokens.Token]:
    """Where to send the browser, and what it must keep to come back; raises `TooOften` and `UpstreamRefused`.

    `connects` is the person that the account there will be connected with: signed in here, or invited.
    """
    rates.spend_upstream()
    flow_id = uuid4()
    browser, state = tokens.new(flow_id), tokens.new(flow_id)
    try:
        address = asking.address(upstream, state=state, browser=browser, anew=anew)
    except NoAnswer as error:
        log.warning("upstream %s does not answer: %s", upstream.slug, error)
        raise UpstreamRefused(upstream.name) from error
    SignInFlow.objects.create(
        id=flow_id,
        purpose=Purpose.UPSTREAM,
        person=connects,
        begun_by=invitation,
        upstream=upstream.issuer,
        link_hash=state.digest,
        browser_hash=browser.digest,
        next_path=next_path,
        expires_at=clock.now() + SignInFlow.LIFETIME,
    )
    return address, browser


def end_upstream(
    *, flow: SignInFlow, upstream: Upstream, browser: tokens.Token, state: str, code: str, issuer: str | None
) -> Known:
    """Who came back to this browser; the flow is used up, whatever comes of it. Raises `UpstreamRefused`, `FlowOver`."""
    shown = tokens.parse(state)
    if shown is None or shown.id != flow.pk or not shown.fits(flow.link_hash) or not flow.use_up():
        raise FlowOver
    try:
        if not asking.is_from(upstream, issuer):
            raise NotGood("iss")  # noqa: TRY301  one way out for all of them
        return asking.redeem(upstream, code=code, browser=browser)
    except (NoAnswer, NotGood) as error:
        log.warning("upstream %s was not believed: %s", upstream.slug, error)
        details = {"method": "upstream", "why": str(error)}
        journal.record(actor=None, verb="sign-in.failed", subject="sign-in", details=details)
        raise UpstreamRefused(upstream.name) from error


def person_known_as(*, upstream: Upstream, known: Known) -> Person:
    """Whom this account is connected with, or whom the roster names by it; raises `UpstreamUnknown`."""
    found = UpstreamIdentity.objects.select_related("person").filter(issuer=upstream.issuer, uid=known.uid).first()
    person = found.person if found else _in_roster(upstream, known)
    if person is None or not person.is_active:
        journal.record(actor=None, verb="sign-in.failed", subject="sign-in", details={"method": "upstream"})
        raise UpstreamUnknown(upstream.name)
    if found is None:
        connect_upstream(person=person, upstream=upstream, known=known, because="roster")
    UpstreamIdentity.objects.filter(issuer=upstream.issuer, uid=known.uid).update(seen_at=clock.now())
    return person


def connect_upstream(*, person: Person, upstream: Upstream, known: Known, because: str) -> None:
    """From now on this account there is this person here. Raises `UpstreamTaken`."""
    try:
        with transaction.atomic():
            made, is_new = UpstreamIdentity.objects.get_or_create(
                issuer=upstream.issuer, uid=known.uid, defaults={"person": person}
            )
            if is_new:
                details = {"at": upstream.name, "because": because}
                journal.record(
                    actor=person, verb="upstream.connected", subject=person.name, subject_id=person.pk, details=details
                )
    except IntegrityError as error:
        raise UpstreamTaken(upstream.name) from error
    if made.person_id != person.pk:
        raise UpstreamTaken(upstream.name)


def connect_invited(*, flow: SignInFlow, upstream: Upstream, known: Known) -> Person:
    """By an invitation, which is used up by it, once; raises `FlowOver` and `UpstreamTaken`."""
    invitation = flow.begun_by
    person = flow.person
    if invitation is None or person is None or not person.is_active or invitation.person_id != person.pk:
        raise FlowOver
    with transaction.atomic():
        if not invitation.use_up():
            raise FlowOver
        connect_upstream(person=person, upstream=upstream, known=known, because="invitation")
    return person


def disconnect_upstream(*, person: Person, identity_id: int, actor: Person) -> bool:
    with transaction.atomic():
        gone = UpstreamIdentity.objects.filter(person=person, pk=identity_id).delete()[0]
        if gone:
            journal.record(actor=actor, verb="upstream.disconnected", subject=person.name, subject_id=person.pk)
    return bool(gone)


def invite_upstream(*, person: Person, actor: Person) -> bool:
    """A letter to the person's own address, by which they connect their account once, within a week.

    False when there is no address. An earlier letter works no more.
    """
    if not person.email or not person.is_active:
        return False
    link = tokens.new(uuid4())
    with transaction.atomic():
        SignInFlow.objects.filter(purpose=Purpose.CONNECT, person=person, used_at=None).delete()
        SignInFlow.objects.create(
            id=link.id,
            purpose=Purpose.CONNECT,
            person=person,
            email=person.email,
            link_hash=link.digest,
            expires_at=clock.now() + INVITED_FOR,
        )
        address = settings.BASE_URL + reverse("identity:upstream_invited", args=[link])
        context = {"link": address, "upstream": settings.UPSTREAM_NAME}
        mail.post(to=person, template="identity/letters/connect", context=context, credential=True)
        journal.record(actor=actor, verb="upstream.invited", subject=person.name, subject_id=person.pk)
    return True


def is_anew(known: Known, *, since: datetime) -> bool:
    """Whether they proved it there after we asked, and it says so: for whoever is signed in here already."""
    return known.signed_in_at is not None and known.signed_in_at >= since - SKEW


def _in_roster(upstream: Upstream, known: Known) -> Person | None:
    if not settings.UPSTREAM_SOURCE:
        return None
    values = providers.roster_values(upstream, uid=known.uid)
    found = {
        one.person_id: one.person
        for one in ExternalId.objects.select_related("person").filter(source=settings.UPSTREAM_SOURCE, value__in=values)
    }
    return next(iter(found.values())) if len(found) == 1 else None
