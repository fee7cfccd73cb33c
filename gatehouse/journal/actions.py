"""Writing the journal: `journal.record(actor=…, verb="ticket.claimed", subject="ticket 204")`."""

from typing import Any, Protocol
from uuid import UUID

from gatehouse.core import origin
from gatehouse.journal.models import Entry


class Actor(Protocol):
    """Anybody with an id and a name."""

    @property
    def pk(self) -> Any: ...

    @property
    def name(self) -> str: ...


def record(
    *,
    actor: Actor | None,
    verb: str,
    subject: str,
    subject_id: UUID | str = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    """Write one act, in the transaction of the act itself; no actor means Gatehouse did it by itself.

    `verb` is `noun.past`; `details` never hold a secret. Where it came from is read from `core.origin`.
    """
    here = origin.current()
    return Entry.objects.create(
        actor_id=actor.pk if actor else None,
        actor_name=actor.name[:200] if actor else "Gatehouse",
        verb=verb,
        subject=subject[:300],
        subject_id=str(subject_id),
        details=details or {},
        door=here.door,
        address=here.address,
        request_id=here.request_id,
    )


def note_export(*, actor: Actor, filters: dict[str, str]) -> Entry:
    """Somebody takes the journal away as a file; with which filters stands in the details."""
    return record(actor=actor, verb="journal.exported", subject="journal", details=filters)
