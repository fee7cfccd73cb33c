"""How long one waits: the queue played forward over the tutors who are here. Minutes everywhere, no Django.

Each turn goes to the tutor who is free first among those who help in its course. The spread follows from the number
of turns that must end before: their times are right-skewed, so the sum is taken as a gamma distribution, and its
quantiles by Wilson and Hilferty (1931). How good it is says `replay`, by which its figures were chosen.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import sqrt
from statistics import fmean, pstdev

Z_80 = 1.2816  # of the normal distribution: between the two lie 80 of 100
AT_ONCE = 2.0  # minutes until a free tutor has looked up and found the person
SCATTER = 1.4  # waits scatter so much wider than turns: tutors come and go, some ask again
HELPS, FATES = 40, 200  # of which the pace is reckoned, the latest: more of them would answer late to a rush


@dataclass(frozen=True)
class Pace:
    """How long a turn takes: the mean, and the spread as a share of it; `leaving` is the share that does not wait."""

    minutes: float
    spread: float
    leaving: float = 0.0


@dataclass(frozen=True)
class Helped:
    """From when to when, in minutes of any clock; `ended` is None while it goes on."""

    tutor: Hashable
    began: float
    ended: float | None


USUAL = Pace(minutes=12.0, spread=0.8)  # of a desk that has not helped anybody yet
TRUST = 5  # the usual pace counts as so many helps


@dataclass(frozen=True)
class OnDuty:
    """A tutor who is here; no courses means all of them. `helping_for` is None while free.

    `booked` are appointments ahead: (in so many minutes from now, until then), in order.
    """

    courses: frozenset[int] = frozenset()
    helping_for: float | None = None
    booked: tuple[tuple[float, float], ...] = ()

    def takes(self, course: int | None) -> bool:
        return course is None or not self.courses or course in self.courses


@dataclass(frozen=True)
class Wait:
    """In 8 of 10 cases the wait lies from `low` to `high`."""

    minutes: float
    low: float
    high: float

    def said(self) -> "Wait":
        """In whole minutes as one says them, above 20 in steps of five; never 0."""
        return Wait(*(_said(minutes) for minutes in (self.minutes, self.low, self.high)))


def _said(minutes: float) -> int:
    return max(1, round(minutes)) if minutes < 20 else 5 * round(minutes / 5)


def turns(helps: Iterable[Helped]) -> Iterator[float]:
    """How long each help kept its tutor from the next: to its end, or only until the tutor began another meanwhile.

    Those which go on are left out, save for that; so are the members of a group but its last.
    """
    by_tutor: defaultdict[Hashable, list[Helped]] = defaultdict(list)
    for helped in sorted(helps, key=lambda helped: helped.began):
        by_tutor[helped.tutor].append(helped)
    for own in by_tutor.values():
        next_began = [helped.began for helped in own[1:]]
        for helped, later in zip_longest(own, next_began):
            ends = [at for at in (helped.ended, later) if at is not None]
            if ends:
                yield min(ends) - helped.began


def pace(taken: Iterable[float], leaving: float = 0.0) -> Pace:
    """From the minutes that turns took lately; few of them count less than the usual."""
    taken = [minutes for minutes in taken if minutes > 0]
    if not taken:
        return USUAL
    share = len(taken) / (len(taken) + TRUST)
    mean = share * fmean(taken) + (1 - share) * USUAL.minutes
    spread = pstdev(taken) / fmean(taken)
    return Pace(mean, share * spread + (1 - share) * USUAL.spread, leaving)


def waits(
    turns: Sequence[int | None],
    tutors: Sequence[OnDuty],
    pace: Pace,
    promised: Mapping[int, int] | None = None,
) -> list[Wait | None]:
    """The wait of each turn, given the turns' courses in the order of the queue; None where no tutor here can help.

    A turn without a course could go to anybody, one that is `promised` (turn → tutor, both by their number) to that
    tutor alone. Nobody begins what would reach into an appointment. Who comes back late, and which tutor comes or goes,
    is not foreseen.
    """
    free_at = _free_at(tutors, pace)
    found: list[Wait | None] = []
    for turn, course in enumerate(turns):
        able = _able(course, tutors, (promised or {}).get(turn))
        if not able:
            found.append(None)
            continue
        begins = {index: _unbooked(free_at[index], tutors[index], pace) for index in able}
        first = min(able, key=begins.__getitem__)
        found.append(_around(begins[first], len(able), pace))
        free_at[first] = begins[first] + pace.minutes * (1 - pace.leaving)
    return found


def _able(course: int | None, tutors: Sequence[OnDuty], promised: int | None) -> list[int]:
    if promised is not None:
        return [promised]
    return [index for index, tutor in enumerate(tutors) if tutor.takes(course)]


def _unbooked(minutes: float, tutor: OnDuty, pace: Pace) -> float:
    """From when on there is time for one help before the next appointment."""
    for begins, ends in tutor.booked:
        if minutes < ends and minutes + pace.minutes > begins:
            minutes = ends
    return minutes


def _free_at(tutors: Sequence[OnDuty], pace: Pace) -> list[float]:
    """Those who help now come free one after the other, evenly over one turn; first whoever has helped for longest.

    How long it takes each of them says little, for long helps are long for a reason; that the first of six is free
    sooner than the only one says much.
    """
    free_at = [0.0] * len(tutors)
    busy = [(tutor.helping_for, index) for index, tutor in enumerate(tutors) if tutor.helping_for is not None]
    for place, (_minutes, index) in enumerate(sorted(busy, reverse=True), 1):
        free_at[index] = pace.minutes * place / (len(busy) + 1)
    return free_at


def _around(minutes: float, tutors: int, pace: Pace) -> Wait:
    if minutes <= 0:
        return Wait(0.0, 0.0, AT_ONCE)
    deviation = SCATTER * pace.spread * sqrt(minutes * pace.minutes / tutors)
    shape = (minutes / deviation) ** 2 if deviation else 1e6
    low, high = (minutes * max(1 - 1 / (9 * shape) + z / (3 * sqrt(shape)), 0) ** 3 for z in (-Z_80, Z_80))
    return Wait(minutes, low, max(high, AT_ONCE))
