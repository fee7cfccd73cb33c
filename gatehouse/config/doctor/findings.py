"""What a look at the portal finds: how grave it is, what it concerns, and a sentence that says what to do. No Django."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["fine", "hint", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """A problem keeps the portal from serving; a warning keeps a part of it from working; a hint is a choice to make."""

    level: Level
    about: str
    says: str


def fine(about: str, says: str) -> Finding:
    return Finding("fine", about, says)


def hint(about: str, says: str) -> Finding:
    return Finding("hint", about, says)


def warning(about: str, says: str) -> Finding:
    return Finding("warning", about, says)


def problem(about: str, says: str) -> Finding:
    return Finding("problem", about, says)
