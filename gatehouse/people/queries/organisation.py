"""The host, asked for on every page."""

from django.core.cache import cache

from gatehouse.people.models import Organisation

_SECONDS = 5


def organisation() -> Organisation:
    """The host, or an unsaved stand-in before somebody named it.

    Kept in the process for five seconds, so that a page asks the database nothing for it; the process that saves it
    forgets the old one at once. To change the row, read it afresh.
    """
    kept = cache.get(Organisation.KEPT_AS)
    if isinstance(kept, Organisation):
        return kept
    found = Organisation.objects.first() or Organisation(pk=1, name="Gatehouse")
    cache.set(Organisation.KEPT_AS, found, _SECONDS)
    return found
