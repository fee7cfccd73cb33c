"""Where the apps above add to the pages of people: sign-ins, cards, letters. Called in their `portal.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from gatehouse.people.models import Person


@dataclass(frozen=True)
class PersonPart:
    """A section of a person's page for staff, drawn when `context(request, person)` is not None."""

    template: str
    context: Callable[[HttpRequest, Person], dict[str, Any] | None]
    order: int = 50


_parts: dict[str, PersonPart] = {}


def add_person_part(part: PersonPart) -> None:
    _parts[part.template] = part


def person_parts(request: HttpRequest, person: Person) -> list[tuple[str, dict[str, Any]]]:
    """Template and context of each part that has something to show, in order."""
    ordered = sorted(_parts.values(), key=lambda part: part.order)
    shown = ((part.template, part.context(request, person)) for part in ordered)
    return [(template, context) for template, context in shown if context is not None]


_import_notes: dict[str, Callable[[], str]] = {}


def add_import_note(name: str, say: Callable[[], str]) -> None:
    """What else an import does for those whom it changes, in a sentence; "" for nothing."""
    _import_notes[name] = say


def import_notes() -> list[str]:
    return [said for say in _import_notes.values() if (said := say())]
