"""Questions about people."""

from gatehouse.people.models import Organisation
from gatehouse.people.queries.rosters import (
    changes as changes,
    email_column as email_column,
    import_answer as import_answer,
    refusals as refusals,
)


def organisation() -> Organisation:
    """The host, or an unsaved stand-in before somebody named it."""
    return Organisation.objects.first() or Organisation(pk=1, name="Gatehouse")
