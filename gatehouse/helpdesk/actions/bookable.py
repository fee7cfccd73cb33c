"""When a tutor can be booked."""

from datetime import date, time
from typing import Any, TypedDict, Unpack

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.helpdesk import policies, queries, slots
from gatehouse.helpdesk.models import BookingHours, Room, Ticket
from gatehouse.helpdesk.queries.booking import BOOKABLE_KEPT_AS
from gatehouse.helpdesk.refusals import HoursUnfit
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


class HoursFields(TypedDict, total=False):
    weekday: int
    starts: time
    ends: time
    slot: int
    mode: str
    room: Room | None
    first_on: date | None
    last_on: date | None


@transaction.atomic
def add_hours(*, tutor: Person, actor: Person | None, **fields: Unpack[HoursFields]) -> BookingHours:
    """One more block of a week. Raises `HoursUnfit`; blocks of one tutor never overlap."""
    _insist(actor, tutor)
    hours = BookingHours(tutor=tutor, **fields)
    _save(hours, actor, "booking.added")
    return hours


@transaction.atomic
def edit_hours(*, hours: BookingHours, actor: Person | None, **fields: Unpack[HoursFields]) -> BookingHours:
    """What is booked already stays as it was."""
    held = BookingHours.objects.select_related("tutor").get(pk=hours.pk)
    _insist(actor, held.tutor)
    changed = {name: value for name, value in fields.items() if getattr(held, name) != value}
    for name, value in changed.items():
        setattr(held, name, value)
    if changed:
        _save(held, actor, "booking.edited", fields=sorted(changed))
    return held


@transaction.atomic
def remove_hours(*, hours: BookingHours, actor: Person | None) -> None:
    """What is booked already stays; twice is once."""
    _insist(actor, hours.tutor)
    gone, _by_model = BookingHours.objects.filter(pk=hours.pk).delete()
    if gone:
        _tell(hours, actor, "booking.removed")


def _insist(actor: Person | None, tutor: Person) -> None:
    if not policies.can_keep_hours(actor, tutor):
        raise PermissionDenied


def _save(hours: BookingHours, actor: Person | None, verb: str, **details: Any) -> None:
    """The tutor's row is held, so that two who write at once see each other's blocks."""
    Person.objects.select_for_update(no_key=True).get(pk=hours.tutor_id)
    if hours.mode == Ticket.Mode.ONLINE:
        hours.room = None
    _check(hours)
    hours.save()
    _tell(hours, actor, verb, **details)


def _check(hours: BookingHours) -> None:
    minutes = (hours.ends.hour - hours.starts.hour) * 60 + hours.ends.minute - hours.starts.minute
    if minutes <= 0:
        raise HoursUnfit(_("The end must come after the beginning."), field="ends")
    if not 5 <= hours.slot <= 240:
        raise HoursUnfit(_("A slot has from 5 to 240 minutes."), field="slot")
    if minutes < hours.slot:
        raise HoursUnfit(_("Not even one slot fits between these times."), field="ends")
    if hours.first_on and hours.last_on and hours.last_on < hours.first_on:
        raise HoursUnfit(_("The last day must not come before the first."), field="last_on")
    block = queries.block_of(hours)
    others = queries.hours_of(hours.tutor).exclude(pk=hours.pk)
    if meets := next((other for other in others if slots.overlap(block, queries.block_of(other))), None):
        raise HoursUnfit(_("This overlaps with %(hours)s.") % {"hours": meets}, field="starts")


def _tell(hours: BookingHours, actor: Person | None, verb: str, **details: Any) -> None:
    subject = f"{hours.tutor.name}, {hours}"
    journal.record(actor=actor, verb=verb, subject=subject, subject_id=hours.tutor_id, details=details)
    transaction.on_commit(lambda: cache.delete(BOOKABLE_KEPT_AS))
