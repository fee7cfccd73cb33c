"""What the identity app announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CodeAsked:
    """Somebody asked for a code, whether or not anybody has the address: the outbox is woken in either case."""

    flow_id: UUID
