"""Memberships are added, edited and ended by hand, and run out by themselves."""

from datetime import date
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.actions.people import hold
from gatehouse.people.events import MembershipChanged, MembershipLapsed
from gatehouse.people.importing.ordering import by_name
from gatehouse.people.models import Membership, Person
from gatehouse.people.refusals import DatesReversed, NumberTaken, PersonGone
from gatehouse.people.tidying import one_line

BY_HAND = "gatehouse"
AT_ONCE = 1000
TOLD = ("level", "status", "valid_from", "expires_on")


class MembershipFields(TypedDict, total=False):
    source: str
    number: str
    level: str
    status: str
    valid_from: date | None
    expires_on: date | None
    card_names: str
    add_ons: list[dict[str, Any]]
    address_1: str
    address_2: str
    city: str
    region: str
    postcode: str
    country: str


@transaction.atomic
def add_membership(*, person: Person, actor: Person | None, **fields: Unpack[MembershipFields]) -> Membership:
    """A membership made by hand; `NumberTaken` when its source has one of that number."""
    held = hold(person)
    _check_may(actor, held)
    membership = Membership(person=held, **{"source": BY_HAND, **_tidied(fields)})
    _save(membership, force_insert=True)
    _tell(membership, actor, "membership.added", {name: _plain(getattr(membership, name)) for name in TOLD})
    return membership


@transaction.atomic
def edit_membership(*, membership: Membership, actor: Person | None, **fields: Unpack[MembershipFields]) -> Membership:
    """Change the fields given. The journal keeps level, status and days as they were and are; of others the name."""
    held = _hold(membership)
    _check_may(actor, held.person)
    changed = {name: value for name, value in _tidied(fields).items() if value != getattr(held, name)}
    if not changed:
        return held
    was = {name: [_plain(getattr(held, name)), _plain(changed[name])] for name in TOLD if name in changed}
    for name, value in changed.items():
        setattr(held, name, value)
    held.changed_at = clock.now()
    _save(held, update_fields=[*changed, "changed_at"])
    _tell(held, actor, "membership.edited", {"fields": sorted(changed), **was})
    return held


@transaction.atomic
def end_membership(*, membership: Membership, actor: Person | None) -> Membership:
    """The membership is over, from now; `edit_membership` with the former status takes it back."""
    held = _hold(membership)
    _check_may(actor, held.person)
    if held.status != Membership.Status.ENDED:
        was, held.status, held.changed_at = held.status, Membership.Status.ENDED, clock.now()
        held.save(update_fields=["status", "changed_at"])
        _tell(held, actor, "membership.ended", {"status": [str(was), "ended"]})
    return held


@transaction.atomic
def lapse_memberships() -> int:
    """Memberships whose last day is over, on the organisation's calendar, are lapsed: one UPDATE, however many.

    Told in facts of at most a thousand, so that a subscriber's single statement can name them all.
    """
    lapsed = _lapse(before=clock.today())
    if lapsed:
        journal.record(actor=None, verb="membership.lapsed", subject=f"{len(lapsed)} memberships")
    for start in range(0, len(lapsed), AT_ONCE):
        publish(MembershipLapsed(tuple(lapsed[start : start + AT_ONCE])))
    return len(lapsed)


def _lapse(*, before: date) -> list[UUID]:
    """RETURNING, which Django has no word for, tells which rows this very statement changed."""
    table = connection.ops.quote_name(Membership._meta.db_table)  # noqa: SLF001  Django's documented name
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET status = 'lapsed', changed_at = %s"  # noqa: S608  the table's name is ours
            " WHERE status = 'active' AND expires_on < %s RETURNING id",
            [connection.ops.adapt_datetimefield_value(clock.now()), connection.ops.adapt_datefield_value(before)],
        )
        return [row[0] if isinstance(row[0], UUID) else UUID(row[0]) for row in cursor.fetchall()]


def _hold(membership: Membership) -> Membership:
    held = Membership.objects.select_for_update(of=("self",)).select_related("person").filter(pk=membership.pk).first()
    if held is None:
        raise PersonGone
    return held


def _check_may(actor: Person | None, person: Person) -> None:
    if not (policies.can_edit_people(actor) and policies.can_edit_person(actor, person)):
        raise PermissionDenied


def _tidied(fields: MembershipFields) -> dict[str, Any]:
    """Add-ons in the order the rosters keep, so that an export comes back as unchanged."""
    tidied: dict[str, Any] = {
        name: one_line(value) if isinstance(value, str) else value for name, value in fields.items()
    }
    if "add_ons" in tidied:
        tidied["add_ons"] = by_name(tidied["add_ons"])
    return tidied


def _save(membership: Membership, **how: Any) -> None:
    if membership.valid_from and membership.expires_on and membership.expires_on < membership.valid_from:
        raise DatesReversed
    membership.clean_fields(exclude=["person"])
    try:
        with transaction.atomic():
            membership.save(**how)
    except IntegrityError as error:
        raise NumberTaken(membership.source, membership.number) from error


def _tell(membership: Membership, actor: Person | None, verb: str, about: dict[str, Any]) -> None:
    """Under the person's id, so that it stands in their ledger."""
    subject = f"membership {membership.number}"
    journal.record(actor=actor, verb=verb, subject=subject, subject_id=membership.person_id, details=about)
    publish(MembershipChanged(membership.pk, membership.person_id))


def _plain(value: Any) -> str:
    return str(value) if value else ""
