"""Signing out of services: what was granted ends, and those that want to know are told (Back-Channel Logout 1.0)."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.identity.events import SessionsEnded, SignInDenied
from gatehouse.identity.oidc import policies, sids
from gatehouse.identity.oidc.actions.grants import end_grants
from gatehouse.identity.oidc.events import SignOutsToTell
from gatehouse.identity.oidc.models import Client, Grant, LogoutNotice
from gatehouse.identity.oidc.queries import over
from gatehouse.people.events import (
    MembershipChanged,
    MembershipLapsed,
    PeopleChanged,
    PeopleMerged,
    PersonErased,
    PersonLeft,
    RoleRevoked,
    RoleShut,
)
from gatehouse.people.models import Membership, RosterChange

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


def end_with_denied(fact: SignInDenied) -> None:
    """Devices have no session, and would stay: those let in since are asked for again."""
    sign_out(where=Q(person=fact.person_id, session=None, made_at__gte=fact.since), why=Ended.SESSION)


def end_with_leavers(fact: PersonLeft) -> None:
    left = Q(person__in=fact.person_ids) if fact.import_id is None else Q(person__left_at__lte=clock.now())
    sign_out(where=left, why=Ended.LEFT)


def end_with_merged(fact: PeopleMerged) -> None:
    """Services knew the record that goes by a name of its own; they hear that it is over, and meet the other one."""
    sign_out(where=Q(person=fact.gone_id), why=Ended.LEFT)


def end_with_erased(fact: PersonErased) -> None:
    """The notices name nobody but by the name that each service has for them, and so may outlive the record."""
    sign_out(where=Q(person=fact.person_id), why=Ended.LEFT)


def end_where_not_welcome(fact: RoleRevoked | MembershipChanged) -> None:
    """A role is gone, or a membership: where it was what let this person in, they are signed out."""
    _end_unwelcome(Q(person=fact.person_id))


def end_with_lapsed(fact: MembershipLapsed) -> None:
    """Whoever is a member no more, where only members come in."""
    _end_unwelcome(Q(person__in=Membership.objects.filter(pk__in=fact.membership_ids).values("person")))


def end_with_imported(fact: PeopleChanged) -> None:
    """What an import, or its undo, took away: roles and memberships of however many."""
    if fact.import_id is not None:
        changed = RosterChange.objects.filter(roster_import=fact.import_id)
        _end_unwelcome(Q(person__in=changed.values("person_id")))


def end_with_role(fact: RoleShut) -> None:
    """An archived role opens no door, whoever holds it."""
    named = Client.roles.through.objects.filter(role__slug=fact.role)
    _end_unwelcome(Q(client__in=named.values("client")))


def _end_unwelcome(whose: Q) -> None:
    """Mostly nobody is, so that is one question."""
    gone = whose & policies.not_welcome() & Q(ended_why__in=NOT_TOLD)
    if Grant.objects.filter(gone).exists():
        sign_out(where=gone, why=Ended.WITHDRAWN)


def _write_notices(where: Q) -> int:
    listening = ~Q(client__backchannel_logout_uri="") & Q(client__disabled_at=None, session__isnull=False)
    open_ones = Grant.objects.filter(where, listening, ended_why__in=NOT_TOLD)
    rows = open_ones.values_list("client_id", "client__client_id", "subject", "session").distinct()
    notices = [_notice(client, name, subject, session) for client, name, subject, session in rows.iterator()]
    LogoutNotice.objects.bulk_create(notices, batch_size=BATCH)
    return len(notices)


def _notice(client: UUID, client_id: str, subject: str, session: UUID | None) -> LogoutNotice:
    return LogoutNotice(client_id=client, subject=subject, session=sids.sid_of(session, client_id))
