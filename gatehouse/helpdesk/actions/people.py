"""What becomes of the desk's rows when two records were one person, or one is erased."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import queries, slots
from gatehouse.helpdesk.actions.booking import cancel_ahead, leavers
from gatehouse.helpdesk.actions.noticing import drop_files
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.actions.shifts import end_shift, let_go_of_work
from gatehouse.helpdesk.models import (
    Appointment,
    Attachment,
    BookingHours,
    Help,
    Message,
    SavedReport,
    Shift,
    Ticket,
    Tutoring,
)
from gatehouse.people.events import PeopleMerged, PersonErased, PersonLeft
from gatehouse.people.models import Person

State = Ticket.State


def give_tickets_to_kept(fact: PeopleMerged) -> None:
    """Questions, help given and courses of both are theirs; an open shift of the other record ends."""
    gone, kept = fact.gone_id, fact.kept_id
    Ticket.objects.filter(person_id=gone).update(person_id=kept)
    Ticket.objects.filter(closed_by_id=gone).update(closed_by_id=kept)
    Message.objects.filter(author_id=gone).update(author_id=kept)
    now = clock.now()
    going_on = Help.objects.filter(ended_at=None)
    both = list(going_on.filter(tutor_id=kept).values_list("ticket", flat=True))
    going_on.filter(tutor_id=gone, ticket__in=both).update(ended_at=now)
    Help.objects.filter(tutor_id=gone).update(tutor_id=kept)
    Shift.objects.filter(tutor_id=gone, ended_at=None).update(ended_at=now)
    Shift.objects.filter(tutor_id=gone).update(tutor_id=kept)
    _give_courses(kept, gone)
    named = list(SavedReport.objects.filter(owner_id=kept).values_list("name", flat=True))
    SavedReport.objects.filter(owner_id=gone).exclude(name__in=named).update(owner_id=kept)
    _give_appointments(kept, gone)


def _give_courses(kept: UUID, gone: UUID) -> None:
    """Of one course the better part: what is in use before what is archived, a lead before a tutor."""
    theirs = Tutoring.objects.filter(person_id=gone, archived_at=None)
    ended = Q(archived_at__isnull=False, course__in=theirs.values("course"))
    led = Q(part=Tutoring.Part.TUTOR, course__in=theirs.filter(part=Tutoring.Part.LEAD).values("course"))
    Tutoring.objects.filter(ended | led, person_id=kept).delete()
    known = list(Tutoring.objects.filter(person_id=kept).values_list("course", flat=True))
    Tutoring.objects.filter(person_id=gone).exclude(course__in=known).update(person_id=kept)


def _give_appointments(kept: UUID, gone: UUID) -> None:
    """Where both records would be at two places at once, or meet each other, the appointment is cancelled."""
    live = Appointment.objects.filter(cancelled_at=None)
    known = list(live.filter(_of(kept)))
    doubled = [row.pk for row in live.filter(_of(gone)) if kept in {row.person_id, row.tutor_id} or _meets(row, known)]
    cancel_ahead(live.filter(pk__in=doubled), _("Two records were one person."))
    theirs = Appointment.objects.exclude(pk__in=live.filter(pk__in=doubled))
    theirs.filter(person_id=gone).exclude(tutor_id=kept).update(person_id=kept)
    theirs.filter(tutor_id=gone).exclude(person_id=kept).update(tutor_id=kept)
    blocks = [queries.block_of(hours) for hours in BookingHours.objects.filter(tutor_id=kept)]
    for hours in BookingHours.objects.filter(tutor_id=gone):
        if not any(slots.overlap(queries.block_of(hours), block) for block in blocks):
            BookingHours.objects.filter(pk=hours.pk).update(tutor_id=kept)


def _of(person: UUID) -> Q:
    return Q(person_id=person) | Q(tutor_id=person)


def _meets(row: Appointment, known: list[Appointment]) -> bool:
    return any(row.starts_at < other.ends_at and other.starts_at < row.ends_at for other in known)


@transaction.atomic
def end_shifts_of_leavers(fact: PersonLeft) -> int:
    """Whoever left helps nobody any more; what they had in hand goes back to its place."""
    open_ones = Shift.objects.filter(ended_at=None, tutor__in=leavers(fact)).select_related("tutor").order_by("pk")
    for shift in (held := list(open_ones.select_for_update(of=("self",)))):
        end_shift(shift=shift, actor=None, leave_work=True)
    return len(held)


def erase_asker(fact: PersonErased) -> None:
    """Nothing at the desk names an erased person: files go, the questions stay for the counts, without words.

    Whom nobody else helps waits again.
    """
    let_go_of_work(Person.objects.get(pk=fact.person_id), actor=None)
    cancel_ahead(Appointment.objects.filter(_of(fact.person_id)), "", silent_to=fact.person_id)
    own = Ticket.objects.filter(person_id=fact.person_id)
    drop_files(Attachment.objects.filter(ticket__in=own))
    Message.objects.filter(ticket__in=own).delete()
    own.filter(state__in=[State.ASKED, *Ticket.QUEUED]).update(state=State.WITHDRAWN, closed_at=clock.now())
    own.update(guest_name="", guest_email="", question="", comment="", next_step="")
    queue_moved()
    Help.objects.filter(tutor_id=fact.person_id).update(tutor_name="")
    Message.objects.filter(author_id=fact.person_id).update(author_name="")
