"""Taking people's data out is an act, and is written down."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.models import Person


def note_export(*, actor: Person | None, form: str, person: Person | None = None) -> None:
    """Of everybody, or of one person."""
    if not policies.can_export(actor):
        raise PermissionDenied
    journal.record(
        actor=actor,
        verb="people.exported",
        subject=person.name if person else _("people and memberships"),
        subject_id=person.pk if person else "",
        details={"form": form},
    )
