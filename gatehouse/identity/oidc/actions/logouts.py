"""Signing out of services: what was granted ends, and those that want to know are told (Back-Channel Logout 1.0)."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.identity.events import SessionsEnded
from gatehouse.identity.oidc import policies, sids
from gatehouse.identity.oidc.actions.grants import end_grants
from gatehouse.identity.oidc.events import SignOutsToTell
from gatehouse.identity.oidc.models import Client, Grant, LogoutNotice
from gatehouse.identity.oidc.queries import over
from gatehouse.people.events import PeopleMerged, PersonErased, PersonLeft, RoleRevoked
from gatehouse.people.models import Person

Ended = Grant.Ended
BATCH = 500
# Grants that ended otherwise say nothing of the service's own session, which goes on until it is told.
NOT_TOLD = ("", *over.STILL_THERE)
REASONS = {
    "signed-out": Ended.SIGNED_OUT,
    "replaced": Ended.REPLACED,
    "left": Ended.LEFT,
    "merged": Ended.LEFT,
    "password": Ended.PASSWORD,
}


@transaction.atomic
def sign_out(*, where: Q, why: Grant.Ended) -> int:
    """End the grants and leave a notice for each session at each service that listens; how many grants ended."""
    told = _write_notices(where)
    ended = end_grants(where=where, why=why)
    # What was revoked before stays ended; now its service has heard of it too.
    Grant.objects.filter(where, ended_why__in=NOT_TOLD[1:]).update(ended_why=why)
    if told:
        publish(SignOutsToTell())
    return ended


def end_with_sessions(fact: SessionsEnded) -> None:
    why = REASONS.get(fact.why, Ended.SESSION)
    for start in range(0, len(fact.session_ids), BATCH):
        sign_out(where=Q(session__in=fact.session_ids[start : start + BATCH]), why=why)
    if fact.are_all:
        sign_out(where=Q(person__in=fact.person_ids), why=why)


def end_with_leavers(fact: PersonLeft) -> None:
    left = Q(person__in=fact.person_ids) if fact.import_id is None else Q(person__left_at__lte=clock.now())
    sign_out(where=left, why=Ended.LEFT)


def end_with_merged(fact: PeopleMerged) -> None:
    """Services knew the record that goes by a name of its own; they hear that it is over, and meet the other one."""
    sign_out(where=Q(person=fact.gone_id), why=Ended.LEFT)


def end_with_erased(fact: PersonErased) -> None:
    """The notices name nobody but by the name that each service has for them, and so may outlive the record."""
    sign_out(where=Q(person=fact.person_id), why=Ended.LEFT)


def end_where_not_welcome(fact: RoleRevoked) -> None:
    """A role is gone: where it was the one that let this person in, they are signed out."""
    person = Person.objects.get(pk=fact.person_id)
    clients = Client.objects.filter(roles__slug=fact.role, given__person=person).distinct()
    closed = [client.pk for client in clients if not policies.may_sign_in(person, client)]
    if closed:
        sign_out(where=Q(person=person, client__in=closed), why=Ended.WITHDRAWN)


def _write_notices(where: Q) -> int:
    listening = ~Q(client__backchannel_logout_uri="") & Q(client__disabled_at=None, session__isnull=False)
    open_ones = Grant.objects.filter(where, listening, ended_why__in=NOT_TOLD)
    rows = open_ones.values_list("client_id", "client__client_id", "subject", "session").distinct()
    notices = [_notice(client, name, subject, session) for client, name, subject, session in rows.iterator()]
    LogoutNotice.objects.bulk_create(notices, batch_size=BATCH)
    return len(notices)


def _notice(client: UUID, client_id: str, subject: str, session: UUID | None) -> LogoutNotice:
    return LogoutNotice(client_id=client, subject=subject, session=sids.sid_of(session, client_id))
