"""Telling that people left, once of each leaving, when their last day was named before."""

from typing import Final

from django.db import transaction
from django.db.models import F

from gatehouse.core.events import publish
from gatehouse.people import queries
from gatehouse.people.events import PersonLeft
from gatehouse.people.models import Person, RosterImport

AT_ONCE: Final = 1_000


def tell_of_leavers() -> int:
    """`PersonLeft` for all whose time has come; how many. Mark and fact are one transaction, so a kill undoes both."""
    told = 0
    while some := _tell_some():
        told += some
    return told


@transaction.atomic
def _tell_some() -> int:
    """Whoever is being worked on in this moment is the next run's."""
    held = queries.leavers_untold().select_for_update(skip_locked=True)
    some = list(held.values_list("pk", flat=True)[:AT_ONCE])
    Person.objects.filter(pk__in=some).update(told_left_at=F("left_at"))
    if some:
        publish(PersonLeft(tuple(some)))
    return len(some)


def note_told(*, roster_import: RosterImport) -> None:
    """For the import itself, which tells of all that it marked in one fact."""
    queries.leavers_untold().filter(left_by_import=roster_import.pk).update(told_left_at=F("left_at"))
