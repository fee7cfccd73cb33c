"""What the outbox announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LettersPosted:
    """Letters wait to be written or sent."""

    count: int
