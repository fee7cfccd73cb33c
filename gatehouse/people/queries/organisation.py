"""Questions about people."""

from gatehouse.people.models import Organisation


def organisation() -> Organisation:
    """The host, or an unsaved stand-in before somebody named it."""
    return Organisation.objects.first() or Organisation(pk=1, name="Gatehouse")
