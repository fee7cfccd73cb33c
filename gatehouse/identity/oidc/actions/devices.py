"""A device asks to be let in; somebody says yes or no on another screen; it hears of it (RFC 8628)."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Least

from gatehouse.core import clock
from gatehouse.identity import acr
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import hashes, policies, scopes, user_codes
from gatehouse.identity.oidc.actions.consents import give_consent
from gatehouse.identity.oidc.actions.grants import open_grant
from gatehouse.identity.oidc.models import Client, DeviceRequest, Grant
from gatehouse.identity.oidc.queries.devices import keyed
from gatehouse.identity.oidc.refusals import DeviceOver
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.models import Person

STEP = 5  # seconds that slow_down adds; RFC 8628, section 3.5
LENIENT_MS = 500  # a device that counts the seconds exactly may be early by what the way takes
TRIES = 3  # to find a short code that nobody has
FORGOTTEN = timedelta(hours=1)  # after which a yes that was never fetched goes


@dataclass(frozen=True)
class Begun:
    """What the device is told (section 3.2): both codes in clear, here and never again."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    seconds: int = int(DeviceRequest.LIFETIME.total_seconds())
    interval: int = DeviceRequest.INTERVAL


def begin_device(*, client: Client, scope: str, resource: str = "") -> Begun:
    """Let a device wait; whoever calls has checked its service, the scope and the audience."""
    for last in range(TRIES):
        begun = Begun(hashes.new_secret(), user_codes.new())
        try:
            with transaction.atomic():
                _keep(begun, client, scope, resource)
        except IntegrityError:
            if last == TRIES - 1:
                raise
        else:
            break
    return begun


def _keep(begun: Begun, client: Client, scope: str, resource: str) -> None:
    now = clock.now()
    DeviceRequest.objects.create(
        hash=hashes.digest(begun.device_code),
        user_hash=keyed(begun.user_code),
        client=client,
        scope=scope,
        resource=resource,
        made_at=now,
        expires_at=now + DeviceRequest.LIFETIME,
    )


def note_poll(*, digest: str) -> bool:
    """A device asked whether there is an answer; False when it asked too soon, and then it must wait longer from now on.

    Each way is one UPDATE, so of many who ask at once one is in time and each other one raises the interval.
    """
    row, now = DeviceRequest.objects.filter(hash=digest), int(clock.now().timestamp() * 1000)
    if row.filter(next_poll_ms__lte=now).update(next_poll_ms=now - LENIENT_MS + F("interval") * 1000):
        return True
    longer = Least(F("interval") + STEP, DeviceRequest.LONGEST_INTERVAL)
    row.update(interval=longer, next_poll_ms=now - LENIENT_MS + longer * 1000)
    return False


@transaction.atomic
def allow_device(*, device: DeviceRequest, person: Person, session: BrowserSession) -> Grant:
    """This person, signed in by that session, lets the device in; of several answers the first counts.

    Raises `DeviceOver` when it was answered or its time is over, `PermissionDenied` for who may not sign in there or
    proved too little. The grant has no session of its own: it ends by itself, with the person's leave, or by their wish.
    """
    client = device.client
    is_sure = acr.is_met(acr.acr_of(session.methods, now=clock.now()), client.acr_floor)
    if not is_sure or session.person_id != person.pk or not policies.may_sign_in(person, client):
        raise PermissionDenied
    _answer(device)
    grant = open_grant(
        client=client,
        person=person,
        session=None,
        scope=device.scope,
        methods=session.methods,
        resource=device.resource,
    )
    DeviceRequest.objects.filter(pk=device.pk).update(grant=grant)
    if not client.is_trusted:
        give_consent(person=person, client=client, scopes=scopes.words(device.scope))
    _tell(device, person, "device.allowed")
    if person.email:
        mail.post(to=person, template="oidc/letters/device", context={"service": client.name})
    return grant


@transaction.atomic
def refuse_device(*, device: DeviceRequest, person: Person) -> None:
    """The device hears `access_denied`; raises `DeviceOver` when there is nothing to answer any more."""
    _answer(device)
    _tell(device, person, "device.refused")


def forget_devices() -> int:
    """What nobody answered or fetched goes with its grant, by which nothing was ever issued; the rest after a day."""
    now = clock.now()
    over = DeviceRequest.objects.filter(used_at=None, expires_at__lt=now - FORGOTTEN)
    with transaction.atomic():
        gone = over.count()
        Grant.objects.filter(device_request__in=over).delete()
        over.delete()
        gone += DeviceRequest.objects.filter(expires_at__lt=now - DeviceRequest.KEPT).delete()[0]
    return gone


def _answer(device: DeviceRequest) -> None:
    now = clock.now()
    waiting = DeviceRequest.objects.filter(pk=device.pk, answered_at=None, expires_at__gt=now, client__disabled_at=None)
    if not waiting.update(answered_at=now):
        raise DeviceOver


def _tell(device: DeviceRequest, person: Person, verb: str) -> None:
    client = device.client
    details = {"service": client.client_id, "scopes": device.scope.split()}
    journal.record(actor=person, verb=verb, subject=client.name, subject_id=client.pk, details=details)
