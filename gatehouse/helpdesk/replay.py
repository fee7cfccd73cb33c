"""Kernel: the made-up years once more, to see what the estimate would have told each who asked, and how long it took.

At each asking the desk is put together as it was known then: who waited, who was on duty, who helped since when, and
what was over. Only first visits and first helpers are looked at, for the others cost the made-up tutors no time.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean, median

from gatehouse.helpdesk.estimate import FATES, HELPS, Helped, OnDuty, Wait, pace, turns, waits
from gatehouse.helpdesk.load import Duty, Made


@dataclass(frozen=True)
class Guess:
    """What one was told, None while nobody was on duty, and how long they waited, in minutes."""

    told: Wait | None
    waited: float


@dataclass(frozen=True)
class Accuracy:
    """Of so many who were told something: `held` is the share that waited within the range; errors are in minutes."""

    asked: int
    median_wait: float = 0.0
    median_error: float = 0.0
    held: float = 0.0
    sooner: float = 0.0
    later: float = 0.0

    def figures(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in asdict(self).items()}


def accuracy(guesses: Iterable[Guess], *, at_least: float = 0.0) -> Accuracy:
    """The median of the errors without their sign; of those only who were told to wait so many minutes."""
    told = [(guess.told, guess.waited) for guess in guesses if guess.told and guess.told.minutes >= at_least]
    if not told:
        return Accuracy(0)
    return Accuracy(
        asked=len(told),
        median_wait=median(waited for _wait, waited in told),
        median_error=median(abs(waited - wait.minutes) for wait, waited in told),
        held=fmean(wait.low <= waited <= wait.high for wait, waited in told),
        sooner=fmean(waited < wait.low for wait, waited in told),
        later=fmean(waited > wait.high for wait, waited in told),
    )


@dataclass(frozen=True)
class _Visit:
    """Minutes since 1970: in the queue from `came` to `went`, then helped, if somebody did, to `over`."""

    came: float
    went: float
    over: float
    tutor: int | None
    has_left: bool


@dataclass
class _Past:
    helps: deque[Helped] = field(default_factory=lambda: deque(maxlen=HELPS))
    left: deque[bool] = field(default_factory=lambda: deque(maxlen=FATES))

    def add(self, visit: _Visit) -> None:
        self.left.append(visit.has_left)
        if visit.tutor is not None:
            self.helps.append(Helped(visit.tutor, visit.went, visit.over))

    @property
    def leaving(self) -> float:
        return fmean(self.left) if self.left else 0.0


def guesses(days: Iterable[tuple[list[Made], list[Duty]]]) -> Iterator[Guess]:
    """Of all who waited until it was their turn, in the order of asking."""
    past = _Past()
    for made, duties in days:
        visits = sorted((visit for one in made if (visit := _visit(one))), key=lambda visit: visit.came)
        ending = deque(sorted(visits, key=lambda visit: visit.over))
        for number, visit in enumerate(visits):
            while ending[0].over <= visit.came:
                past.add(ending.popleft())
            if not visit.has_left:
                yield Guess(_told(visit.came, visits[:number], duties, past), visit.went - visit.came)
        for visit in ending:
            past.add(visit)


def _told(now: float, earlier: Sequence[_Visit], duties: Iterable[Duty], past: _Past) -> Wait | None:
    before = sum(visit.went > now for visit in earlier)
    under_way = [visit for visit in earlier if visit.tutor is not None and visit.went <= now < visit.over]
    busy = {visit.tutor: now - visit.went for visit in under_way}
    here = [duty.tutor for duty in duties if duty.begin.timestamp() <= now * 60 < duty.end.timestamp()]
    helps = [*past.helps, *(Helped(visit.tutor, visit.went, None) for visit in under_way)]
    reckoned = pace(turns(helps), past.leaving)
    return waits([None] * (before + 1), [OnDuty(helping_for=busy.get(tutor)) for tutor in here], reckoned)[-1]


def _visit(one: Made) -> _Visit | None:
    came = one.asked_at.timestamp() / 60
    if one.helps:
        tutor, began, ended = one.helps[0]
        return _Visit(came, began.timestamp() / 60, ended.timestamp() / 60, tutor, has_left=False)
    if one.closed_at is None:
        return None
    over = one.closed_at.timestamp() / 60
    went = one.claimed_at.timestamp() / 60 if one.claimed_at else over
    return _Visit(came, went, over, None, has_left=one.claimed_at is None)
