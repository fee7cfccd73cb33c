"""A portal that has an owner keeps one, however many people act at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.people.models import Role, RoleGrant
from gatehouse.people.refusals import LastOwner


@contextmanager
def an_owner_remains() -> Iterator[None]:
    """A transaction that fails with `LastOwner` if it leaves nobody who owns the portal and may sign in.

    Whoever does the same meanwhile waits at the row of the role; on SQLite the whole transaction waits.
    """
    with transaction.atomic():
        Role.objects.select_for_update(no_key=True).filter(slug="owner").first()
        had_one = _has_owner()
        yield
        if had_one and not _has_owner():
            raise LastOwner


def _has_owner() -> bool:
    here = Q(person__left_at=None) | Q(person__left_at__gt=clock.now())
    return RoleGrant.objects.filter(here, role__slug="owner").exists()
