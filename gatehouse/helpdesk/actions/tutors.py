"""Who helps with which course, and who leads it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.catalogue.refusals import TutorRefused
from gatehouse.helpdesk.models import Course, Tutoring
from gatehouse.journal import actions as journal
from gatehouse.people import actions as people
from gatehouse.people.models import Person, Role

Part = Tutoring.Part


@transaction.atomic
def set_tutoring(*, person: Person, course: Course, part: str, actor: Person | None) -> Tutoring:
    """This person helps with the course, or leads it; whoever could not help yet is given the role tutor.

    A course's leads say who tutors it; only those who run the desk say who leads. `TutorRefused` when the person lacks
    the role and the actor may not give it.
    """
    there = Tutoring.objects.filter(person=person, course=course).first()
    _insist(actor, course, Part.LEAD if there and there.archived_at is None and there.part == Part.LEAD else part)
    _let_help(person, actor)
    tutoring, _is_new = Tutoring.objects.update_or_create(
        person=person, course=course, defaults={"part": part, "archived_at": None}
    )
    if there is None or there.archived_at is not None or there.part != part:
        _tell(actor, "tutoring.set", person, course, part=part)
    return tutoring


@transaction.atomic
def end_tutoring(*, person: Person, course: Course, actor: Person | None) -> bool:
    """The person no longer helps with this course; False when it was not so. The role stays."""
    there = Tutoring.objects.filter(person=person, course=course, archived_at=None).first()
    _insist(actor, course, there.part if there else Part.TUTOR)
    if there is None:
        return False
    there.archived_at = clock.now()
    there.save(update_fields=["archived_at"])
    _tell(actor, "tutoring.ended", person, course)
    return True


def _insist(actor: Person | None, course: Course, part: str) -> None:
    if not (policies.can_manage(actor) if part == Part.LEAD else policies.leads(actor, course.pk)):
        raise PermissionDenied


def _let_help(person: Person, actor: Person | None) -> None:
    if person.may(policies.HELP):
        return
    try:
        people.grant_role(person=person, role=Role.objects.get(slug="tutor"), actor=actor)
    except PermissionDenied as error:
        said = _("%(name)s does not have the role tutor, and you may not give it. Ask whoever gives roles here.")
        raise TutorRefused(said % {"name": person.name}) from error


def _tell(actor: Person | None, verb: str, person: Person, course: Course, **details: str) -> None:
    subject = f"{person.name}, {course.code}"
    journal.record(actor=actor, verb=verb, subject=subject, subject_id=person.pk, details=details)
    queue_moved()
