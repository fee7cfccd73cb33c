"""Tutors say where they are, and that they go."""

from typing import Any

from django.db import IntegrityError, transaction

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions.holding import (
    IN_HAND,
    back_to_queue,
    end_helps,
    going_on,
    insist,
    moment,
    told,
)
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Room, Shift, Ticket
from gatehouse.helpdesk.refusals import OpenWork
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def start_shift(*, actor: Person, room: Room | None = None, video_link: str = "") -> Shift:
    """The actor is here from now on; who is here already only changes place. Nobody can say it of somebody else."""
    insist(policies.can_help(actor))
    place: dict[str, Any] = {"room": room, "video_link": video_link}
    shift = _open_shift(actor) or _started(actor, place)
    if (shift.room, shift.video_link) != (room, video_link):
        shift.room, shift.video_link = room, video_link
        shift.save(update_fields=["room", "video_link"])
        queue_moved()
    return shift


@transaction.atomic
def end_shift(*, shift: Shift, actor: Person | None, leave_work: bool = False) -> Shift:
    """Of oneself, or, by whoever runs the desk, one that somebody forgot to end.

    `OpenWork` while the tutor helps; with `leave_work` what nobody else helps with goes back to its place in the queue.
    """
    insist(policies.can_end_shift(actor, shift))
    held = Shift.objects.select_for_update().select_related("tutor").get(pk=shift.pk)
    if held.ended_at:
        return held
    work = _work_of(held.tutor)
    if work and not leave_work:
        raise OpenWork(work)
    let_go_of_work(held.tutor, actor=actor)
    held.ended_at = max(clock.now(), held.started_at)
    held.save(update_fields=["ended_at"])
    journal.record(actor=actor, verb="shift.ended", subject=held.tutor.name, subject_id=held.tutor_id)
    queue_moved()
    return held


def let_go_of_work(tutor: Person, *, actor: Person | None) -> None:
    """Others go on with it; what nobody else helps with goes back to its place. The caller holds a transaction."""
    for ticket in _work_of(tutor):
        _let_go(ticket, tutor, actor)


def _open_shift(tutor: Person) -> Shift | None:
    return Shift.objects.filter(tutor=tutor, ended_at=None).first()


def _started(tutor: Person, place: dict[str, Any]) -> Shift:
    try:
        with transaction.atomic():
            shift = Shift.objects.create(tutor=tutor, **place)
    except IntegrityError:  # a double tap: the other one was first
        return Shift.objects.get(tutor=tutor, ended_at=None)
    journal.record(actor=tutor, verb="shift.started", subject=tutor.name, subject_id=tutor.pk)
    queue_moved()
    return shift


def _work_of(tutor: Person) -> list[Ticket]:
    """Locked in the order of their numbers."""
    own = Ticket.objects.filter(state__in=IN_HAND, helps__tutor=tutor, helps__ended_at=None)
    numbers = list(own.order_by("pk").values_list("pk", flat=True))
    return list(Ticket.objects.filter(pk__in=numbers, state__in=IN_HAND).order_by("pk").select_for_update())


def _let_go(held: Ticket, tutor: Person, actor: Person | None) -> None:
    now = moment(held)
    if going_on(held).exclude(tutor=tutor).exists():
        end_helps(going_on(held).filter(tutor=tutor), now)
        told(held, "help.left", actor, tutor=tutor.name)
    else:
        back_to_queue(held, now)
        told(held, "ticket.put_back", actor)
