"""What an owner of a new portal has yet to do: apps add theirs in portal.py, the overview shows them all."""

from collections.abc import Callable
from dataclasses import dataclass

from gatehouse.core.menu import Text


@dataclass(frozen=True)
class Step:
    """One thing to do; an optional one does not keep the list on the page."""

    label: Text
    why: Text
    url: str
    is_done: bool
    is_optional: bool = False


_added: dict[str, Callable[[], Step]] = {}


def add(name: str, step: Callable[[], Step]) -> None:
    _added[name] = step


def added() -> list[Step]:
    return [step() for step in _added.values()]


def unless_done(steps: list[Step]) -> list[Step]:
    """All of them as long as one that matters is open, then none."""
    return [] if all(step.is_done or step.is_optional for step in steps) else steps
