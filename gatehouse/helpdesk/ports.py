"""What the help desk asks of its neighbours; `flows.connect()` fills it."""

from collections.abc import Callable

from gatehouse.people.models import Person

HolderOf = Callable[[str], Person | None]


def _nobody(code: str) -> Person | None:
    return None


def _no_card(appointment: int) -> str | None:
    return None


def _no_designs() -> list[tuple[int, str]]:
    return []


holder_of: HolderOf = _nobody  # whose wallet card this code is
card_of: Callable[[int], str | None] = _no_card  # the address of an appointment's wallet card, by its number
card_designs: Callable[[], list[tuple[int, str]]] = _no_designs  # what such a card can look like: (number, name)
