"""What becomes of the desk's rows when two records were one person, or one is erased."""

from gatehouse.core import clock
from gatehouse.helpdesk.actions.noticing import drop_files
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Attachment, Help, Message, Shift, Ticket, Tutoring
from gatehouse.people.events import PeopleMerged, PersonErased

State = Ticket.State


def give_tickets_to_kept(fact: PeopleMerged) -> None:
    """Questions, help given and courses of both are theirs; an open shift of the other record ends."""
    gone, kept = fact.gone_id, fact.kept_id
    Ticket.objects.filter(person_id=gone).update(person_id=kept)
    Ticket.objects.filter(closed_by_id=gone).update(closed_by_id=kept)
    Message.objects.filter(author_id=gone).update(author_id=kept)
    now = clock.now()
    Help.objects.filter(tutor_id=gone, ended_at=None).update(ended_at=now)
    Help.objects.filter(tutor_id=gone).update(tutor_id=kept)
    Shift.objects.filter(tutor_id=gone, ended_at=None).update(ended_at=now)
    Shift.objects.filter(tutor_id=gone).update(tutor_id=kept)
    known = list(Tutoring.objects.filter(person_id=kept).values_list("course", flat=True))
    Tutoring.objects.filter(person_id=gone).exclude(course__in=known).update(person_id=kept)


def erase_asker(fact: PersonErased) -> None:
    """Nothing at the desk names an erased person: files go, the questions stay for the counts, without words."""
    own = Ticket.objects.filter(person_id=fact.person_id)
    drop_files(Attachment.objects.filter(ticket__in=own))
    Message.objects.filter(ticket__in=own).delete()
    own.filter(state__in=[State.ASKED, *Ticket.QUEUED]).update(state=State.WITHDRAWN, closed_at=clock.now())
    own.update(guest_name="", guest_email="", question="", comment="", next_step="")
    queue_moved()
    Help.objects.filter(tutor_id=fact.person_id).update(tutor_name="")
    Message.objects.filter(author_id=fact.person_id).update(author_name="")
