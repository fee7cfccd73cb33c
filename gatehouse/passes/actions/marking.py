"""Passes whose facts may have changed get a mark; a sweep looks later whether what they say did.

Passes stopped by hand are left as they are: they say so for good.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.passes.actions import renewing
from gatehouse.passes.events import PassesStale
from gatehouse.passes.models import Design, Pass
from gatehouse.people import queries as people
from gatehouse.people.events import (
    MembershipChanged,
    MembershipLapsed,
    OrganisationChanged,
    PeopleChanged,
    PeopleMerged,
    PersonErased,
    PersonLeft,
)

AT_ONCE = 1000  # ids in one statement


def mark_stale(passes: QuerySet[Pass]) -> int:
    """Mark these and announce it; return how many.

    Those marked already are marked anew: whoever renews them at this moment may have read their facts before the change,
    and this UPDATE waits for them.
    """
    count = passes.update(stale_since=clock.now())
    if count:
        publish(PassesStale(count))
    return count


def mark_changed_people(fact: PeopleChanged) -> None:
    if fact.import_id is None:
        _mark_people(fact.person_ids)
    else:
        _mark_import(fact.import_id)


def mark_leavers(fact: PersonLeft) -> None:
    """An import's leavers are among those whom its `PeopleChanged` names."""
    _mark_people(fact.person_ids)


def mark_all(fact: OrganisationChanged) -> None:
    """Any design may say the host's name."""
    mark_stale(_live())


def mark_membership(fact: MembershipChanged) -> None:
    mark_stale(_live().filter(membership=fact.membership_id))


def mark_lapsed(fact: MembershipLapsed) -> None:
    for some in _portions(fact.membership_ids):
        mark_stale(_live().filter(membership__in=some))


def mark_just_left() -> int:
    """Mark passes of those whose last day ended since the day before yesterday: a roster may have named it long ago."""
    left = people.left_lately()
    return _mark_held(_live(), left.values("pk"))


def give_passes_to_kept(fact: PeopleMerged) -> None:
    """Where both hold a pass of one design, that of the record that goes is stopped; memberships were moved before."""
    theirs = Pass.objects.filter(person=fact.gone_id)
    held = list(_live().filter(person=fact.kept_id).values_list("design", flat=True))
    doubled = theirs.filter(voided_at=None, design__in=held)
    doubled.update(stale_since=clock.now(), voided_at=clock.now(), void_reason=_("Two records became one."))
    theirs.update(person=fact.kept_id)
    mark_stale(Pass.objects.filter(person=fact.kept_id, stale_since__isnull=False))


def erase_holder(fact: PersonErased) -> None:
    """Passes of this person are stopped and emptied at once; phones that hold them are told, as of any change."""
    of_person = Pass.objects.filter(person=fact.person_id).values_list("pk", flat=True)
    of_memberships = Pass.objects.filter(membership__person=fact.person_id).values_list("pk", flat=True)
    theirs = [*of_person, *of_memberships]
    passes = Pass.objects.filter(pk__in=theirs)
    passes.filter(voided_at=None).update(voided_at=clock.now())
    passes.update(membership=None, person=None, own={}, letter=None, void_reason=_("Its holder was erased."))
    renewing.renew(theirs)


def _mark_people(persons: Sequence[UUID]) -> None:
    for some in _portions(persons):
        _mark_held(_live(), some)


def _mark_import(import_id: int) -> None:
    """Whoever its lines touched, as it was applied and as it was undone: the same lines."""
    touched = people.touched_by(import_id).values("person_id")
    _mark_held(_live(), touched)
    _stop_orphans()


def _mark_held(passes: QuerySet[Pass], persons: Any) -> int:
    """Two statements, for each finds its rows by an index."""
    of_memberships = mark_stale(passes.filter(membership__person__in=persons))
    return of_memberships + mark_stale(passes.filter(person__in=persons))


def _stop_orphans() -> None:
    """The undo of an import deletes memberships it brought; their passes are over, and nobody gets them again."""
    orphans = _live().filter(membership=None, person=None).exclude(design__subject=Design.Subject.NOBODY)
    pks = list(orphans.values_list("pk", flat=True))
    stopped = Pass.objects.filter(pk__in=pks)
    stopped.update(voided_at=clock.now(), void_reason=_("The roster that brought its holder was undone."))
    mark_stale(stopped)


def _live() -> QuerySet[Pass]:
    return Pass.objects.filter(Q(voided_at=None))


def _portions(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
