"""People take a free time of a tutor, move it, and give it back.

Both people's rows are held while an appointment is made or moved, in the order of their keys: whoever books one of them
at the same moment waits, and then sees what was taken. So nothing overlaps on PostgreSQL either, though no constraint
can say so on both databases.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.helpdesk import appointment_letters as letters, policies, queries
from gatehouse.helpdesk.actions import counting
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from gatehouse.helpdesk.models import Appointment, Course
from gatehouse.helpdesk.queries import Offer
from gatehouse.helpdesk.refusals import NotNow, Overlap, SlotGone, TooMany, WordMissing
from gatehouse.journal import actions as journal
from gatehouse.people.events import PersonLeft
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line, several_lines


def book_appointment(
    *, person: Person, course: Course, tutor: Person, starts_at: datetime, question: str, actor: Person | None
) -> Appointment:
    """Take this time. What the form said counts only as far as the time is really free; saying it twice is once.

    `SlotGone` names the next free times, `Overlap` says that the person is elsewhere then, `TooMany` that no more
    can be booked.
    """
    if actor is not None and actor.pk != person.pk:
        raise PermissionDenied
    if same := _same(person, course, tutor, starts_at):
        return same
    counting.count_booking(person)
    with transaction.atomic():
        _hold_people({person.pk, tutor.pk})
        if same := _same(person, course, tutor, starts_at):  # a double tap: the other one was first
            return same
        _insist_on_few(person)
        slot = _slot(course, tutor, starts_at, person)
        about = {"person": person, "course": course, "question": several_lines(question)}
        return _booked(Appointment.objects.create(**about, **_time_and_place(slot)), actor)


def _booked(appointment: Appointment, actor: Person | None) -> Appointment:
    _note(appointment, "appointment.booked", actor)
    _moves_today(appointment.starts_at)
    publish(AppointmentBooked(appointment.pk, appointment.person_id))
    letters.booked(appointment)
    return appointment


def move_appointment(
    *, appointment: Appointment, tutor: Person, starts_at: datetime, actor: Person | None
) -> Appointment:
    """To another free time, of the same tutor or another, until it begins; the old time is free at once."""
    if not policies.can_move(actor, appointment):
        raise PermissionDenied
    counting.count_booking(appointment.person)
    with transaction.atomic():
        _hold_people({appointment.person_id, appointment.tutor_id, tutor.pk})
        held = _hold(appointment)
        if (held.tutor_id, held.starts_at) == (tutor.pk, starts_at):
            return held
        slot = _slot(held.course, tutor, starts_at, held.person, moving=held)
        return _moved(held, slot, actor)


def _moved(held: Appointment, slot: Offer, actor: Person | None) -> Appointment:
    before, given = held.starts_at, held.tutor
    _change(held, **_time_and_place(slot), day_letter_at=None, hour_letter_at=None)
    _note(held, "appointment.moved", actor, before=before.isoformat(), after=held.starts_at.isoformat())
    _moves_today(before, held.starts_at)
    publish(AppointmentMoved(held.pk, held.person_id))
    letters.moved(held, before, given)
    return held


@transaction.atomic
def cancel_appointment(*, appointment: Appointment, actor: Person | None, because: str = "") -> Appointment:
    """Give it back, until it begins; twice is once. Whoever did not book it says why."""
    if not policies.can_cancel(actor, appointment):
        raise PermissionDenied
    because = one_line(because)[:400]
    if actor is not None and actor.pk != appointment.person_id and not because:
        raise WordMissing
    held = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if held.cancelled_at:
        return held
    return _cancel(_hold(held), actor, because)


@transaction.atomic
def cancel_of_leavers(fact: PersonLeft) -> int:
    """Whoever left meets nobody any more; the others are told. Of an import's leavers, those who left by it."""
    theirs = leavers(fact).values("pk")
    rows = Appointment.objects.filter(Q(person__in=theirs) | Q(tutor__in=theirs))
    return cancel_ahead(rows, _("They are here no more."))


def leavers(fact: PersonLeft) -> QuerySet[Person]:
    gone = Person.objects.filter(left_at__lte=clock.now())
    return gone.filter(pk__in=fact.person_ids) if fact.import_id is None else gone.filter(left_by_import=fact.import_id)


def cancel_ahead(rows: QuerySet[Appointment], because: str, silent_to: Any = None) -> int:
    """Of these what lies ahead; `silent_to` is whoever is not to be written to any more."""
    ahead = rows.filter(Appointment.AHEAD, starts_at__gt=clock.now()).order_by("pk")
    held = list(ahead.select_for_update(of=("self",)))
    for row in held:
        _cancel(row, None, because, silent_to)
    return len(held)


def _cancel(held: Appointment, actor: Person | None, because: str, silent_to: Any = None) -> Appointment:
    by = actor.name[:200] if actor else ""
    _change(held, cancelled_at=clock.now(), cancelled_by=by, cancelled_because=because)
    _note(held, "appointment.cancelled", actor, because=because)
    _moves_today(held.starts_at)
    publish(AppointmentCancelled(held.pk, held.person_id))
    letters.cancelled(held, actor, silent_to)
    return held


def _hold_people(keys: set[Any]) -> None:
    """In one order for everybody. The lock leaves keys alone, so rows that merely refer to a person do not wait."""
    list(Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _hold(appointment: Appointment) -> Appointment:
    held = queries.whole().select_for_update(of=("self",)).get(pk=appointment.pk)
    if held.cancelled_at:
        raise NotNow(_("This appointment was cancelled."))
    if held.ticket_id or held.starts_at <= clock.now():
        raise NotNow(_("It has begun already. On the page of your question you can still leave the queue."))
    return held


def _same(person: Person, course: Course, tutor: Person, starts_at: datetime) -> Appointment | None:
    live = Appointment.objects.filter(person=person, tutor=tutor, starts_at=starts_at, cancelled_at=None)
    return live.filter(course=course).first()


def _insist_on_few(person: Person) -> None:
    most = queries.desk().book_most
    if queries.own_ahead(person).count() >= most:
        said = _("You have %(n)d appointments ahead, and more can't be booked at once. Cancel one, or come by.")
        raise TooMany(said % {"n": most})


def _slot(
    course: Course, tutor: Person, starts_at: datetime, person: Person, moving: Appointment | None = None
) -> Offer:
    """The free time that begins then; the refusals say why there is none."""
    day = starts_at.astimezone(timezone.get_default_timezone()).date()
    if course.archived_at is None:
        for offer in queries.offers(course, [day], person=person, tutor=tutor.pk, moving=moving):
            if offer.starts_at == starts_at:
                return offer
    raise _why(course, tutor, starts_at, person, moving)


def _why(
    course: Course, tutor: Person, starts_at: datetime, person: Person, moving: Appointment | None
) -> SlotGone | Overlap:
    day = starts_at.astimezone(timezone.get_default_timezone()).date()
    for_others = queries.offers(course, [day], person=None, tutor=tutor.pk, moving=moving)
    if person.pk != tutor.pk and any(offer.starts_at == starts_at for offer in for_others):
        return Overlap(_("You have another appointment at that time."))
    instead = [] if course.archived_at else queries.next_offers(course, starts_at, person=person, moving=moving)
    there = Appointment.objects.filter(cancelled_at=None, starts_at__lte=starts_at, ends_at__gt=starts_at)
    is_taken = there.filter(Q(tutor=tutor) | Q(person=tutor)).exists()
    return SlotGone(instead, "" if is_taken else _("This time can't be booked any more."))


def _time_and_place(offer: Offer) -> dict[str, Any]:
    times = {"starts_at": offer.starts_at, "ends_at": offer.ends_at}
    return {"tutor": offer.tutor, **times, "mode": offer.mode, "room": offer.room}


def _change(held: Appointment, **fields: Any) -> None:
    """Calendars take over what has a higher sequence."""
    fields |= {"sequence": held.sequence + 1, "changed_at": clock.now()}
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))


def _moves_today(*moments: datetime) -> None:
    """What comes within the day stands on tutors' pages, and counts for the wait."""
    zone = timezone.get_default_timezone()
    if any(at.astimezone(zone).date() == clock.today() for at in moments):
        queue_moved()


def _note(held: Appointment, verb: str, actor: Person | None, **details: Any) -> None:
    named = f"appointment {held.pk}"
    about = {"tutor": held.tutor.name, "at": held.starts_at.isoformat(), **details}
    journal.record(actor=actor, verb=verb, subject=named, subject_id=named, details=about)
