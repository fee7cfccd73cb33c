"""What the outbox announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LettersPosted:
    """Letters wait to be written or sent."""

    count: int


@dataclass(frozen=True)
class RunExpanded:
    """The letters of a run wait to be written."""

    run_id: int
