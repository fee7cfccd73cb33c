"""Tutors: their courses, their shift, and whom they help now."""

from dataclasses import dataclass
from typing import Any

from gatehouse.helpdesk.models import Help, Shift, Ticket, Tutoring
from gatehouse.people.models import Person

State = Ticket.State
NAME = ("preferred_name", "given_name", "family_name", "email")
HAND = (
    *("ticket__guest_name", "ticket__course__department", "ticket__course__number", "tutor_name"),
    *(f"{person}__{name}" for person in ("ticket__person", "tutor") for name in NAME),
)


@dataclass(frozen=True)
class Hand:
    """A ticket that is helped now, and by whom: (id, name)."""

    ticket: Ticket
    tutors: tuple[tuple[Any, str], ...]

    @property
    def names(self) -> str:
        return ", ".join(name for _tutor_id, name in self.tutors)

    def is_of(self, tutor: Person) -> bool:
        return any(tutor_id == tutor.pk for tutor_id, _name in self.tutors)


def courses_of(tutor: Person) -> frozenset[int]:
    """Empty for one who helps in all of them."""
    return frozenset(Tutoring.objects.filter(person=tutor, archived_at=None).values_list("course", flat=True))


def led_by(person: Person) -> frozenset[int]:
    lead = Tutoring.objects.filter(person=person, part=Tutoring.Part.LEAD, archived_at=None)
    return frozenset(lead.values_list("course", flat=True))


def helper_of(ticket: Ticket) -> str:
    """The first of those who help now; else the last who did."""
    helps = Help.objects.filter(ticket=ticket).select_related("tutor")
    latest = (
        helps.filter(ended_at=None).order_by("began_at", "pk").first() or helps.order_by("-ended_at", "-pk").first()
    )
    if latest is None:
        return ""
    return latest.tutor.short_name if latest.tutor else latest.tutor_name


def shift_of(tutor: Person) -> Shift | None:
    return Shift.objects.filter(tutor=tutor, ended_at=None).select_related("room").first()


def last_shift_of(tutor: Person) -> Shift | None:
    return Shift.objects.filter(tutor=tutor).select_related("room").order_by("-started_at", "-pk").first()


def in_hand_of(tutor: Person) -> list[Ticket]:
    """What this tutor helps with now, or calls for; the latest first."""
    own = list(Help.objects.filter(tutor=tutor, ended_at=None).values_list("ticket", flat=True))
    if not own:  # as mostly: Django takes its time over a wide statement even where there is nothing to ask
        return []
    rows = Ticket.objects.filter(pk__in=own, state__in=[State.HELPED, State.CALLED])
    return list(rows.select_related("person", "course").order_by("-claimed_at", "-pk"))


def hands_on() -> list[Hand]:
    """Whoever is helped now, the latest first, in one question; sixty at most."""
    helps = Help.objects.filter(ended_at=None, ticket__state__in=[State.HELPED, State.CALLED])
    by: dict[Ticket, list[Help]] = {}
    whole = helps.select_related("ticket__person", "ticket__course", "tutor").only(*HAND)
    for help_ in whole.order_by("-began_at", "-pk")[:60]:
        by.setdefault(help_.ticket, []).append(help_)
    return [
        Hand(ticket, tuple((each.tutor_id, _tutor(each)) for each in each_help)) for ticket, each_help in by.items()
    ]


def _tutor(help_: Help) -> str:
    return help_.tutor.name if help_.tutor else help_.tutor_name
