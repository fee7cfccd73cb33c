"""What is told of a group of visits: counts, medians, shares; and a table of groups."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from gatehouse.helpdesk.reports.hiding import Cube
from gatehouse.helpdesk.reports.visits import KEYS, Key, Visit


@dataclass(frozen=True)
class Figures:
    """`wait`, `wait_90` are seconds, `help` and `minutes` minutes, `solved` a share of visits; None is not told."""

    visits: int
    people: int | None
    wait: float | None
    wait_90: float | None
    help: float | None
    minutes: float | None
    solved: float | None
    rating: float | None


@dataclass(frozen=True)
class Row:
    key: Key
    figures: Figures


@dataclass(frozen=True)
class Table:
    """Groups that may be told, the largest first; `others` are the visits of all others together."""

    rows: tuple[Row, ...]
    others: int


def grouped(visits: Iterable[Visit], keys: Callable[[Visit], Iterable[Key]]) -> dict[Key, list[Visit]]:
    groups: defaultdict[Key, list[Visit]] = defaultdict(list)
    for visit in visits:
        for key in keys(visit):
            groups[key].append(visit)
    return dict(groups)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank (Hyndman & Fan 1996, type 1) of sorted values, of which there must be one."""
    return values[max(ceil(share * len(values)), 1) - 1]


def of_enough(visits: Iterable[Visit], value: Callable[[Visit], float | None], least: int) -> list[float]:
    """The known values, sorted; none at all when they are of fewer than `least` people, for each could be somebody's."""
    known = [visit for visit in visits if value(visit) is not None]
    return sorted(value(visit) or 0.0 for visit in known) if are_enough(known, least) else []


def are_enough(visits: Iterable[Visit], least: int) -> bool:
    seen: set[Key] = set()
    for visit in visits:
        seen.add(visit.asker)
        if len(seen) >= least:
            return True
    return False


def waits(visits: Sequence[Visit], least: int) -> tuple[float | None, float | None]:
    """Seconds: the median, and of at least twice as many people what nine in ten waited at most."""
    known = [visit for visit in visits if visit.wait is not None]
    if not are_enough(known, least):
        return None, None
    times = sorted(visit.wait or 0.0 for visit in known)
    return percentile(times, 0.5), percentile(times, 0.9) if are_enough(known, 2 * least) else None


Minutes = Callable[[Visit], float | None]


def _minutes_under(name: str, key: Key) -> Minutes:
    """Of a tutor the own time, of everything else that of all tutors."""
    if name != "tutor" or key is None:
        return lambda visit: visit.minutes
    return lambda visit: dict(zip(visit.tutors, visit.shares, strict=False)).get(key, visit.minutes)


@dataclass(frozen=True)
class Teller:
    """Tells of the visits that pass the filters what the cube allows; of minutes, what that of the `helped` does."""

    cube: Cube
    helped: Cube
    filters: Mapping[str, Key]
    visits: Sequence[Visit]

    def counts(self, name: str, visits: Iterable[Visit], keys: Callable[[Visit], Iterable[Key]]) -> dict[Key, int]:
        """How many visits under each key of a dimension; what is not told is absent, and so is none."""
        groups = grouped(visits, keys)
        return {key: len(group) for key, group in groups.items() if self.tells(name, key)}

    def tells(self, name: str, key: Key) -> bool:
        return self.cube.tells({**self.filters, name: key})

    def whole(self) -> Figures:
        return self._figures(self.filters, self.visits, _minutes_under("", None), tells_people=True)

    def table(self, name: str) -> Table:
        groups = grouped(self.visits, KEYS[name])
        fixed = {key: self._fixed(name, key, group[0]) for key, group in groups.items()}
        told = {key: group for key, group in groups.items() if self.cube.tells(fixed[key])}
        tells_people = self._has_no_small_overlap(list(told.values()))
        rows = [
            Row(key, self._figures(fixed[key], group, _minutes_under(name, key), tells_people=tells_people))
            for key, group in told.items()
        ]
        rows.sort(key=lambda row: (-row.figures.visits, str(row.key)))
        return Table(tuple(rows), sum(len(group) for key, group in groups.items() if key not in told))

    def _fixed(self, name: str, key: Key, sample: Visit) -> dict[str, Key]:
        """A row's place in the cube; with a section come its course and its instructor."""
        required = {other: KEYS[other](sample)[0] for other in self.cube.requires.get(name, ())}
        return {**self.filters, **required, name: key}

    def _figures(
        self, fixed: Mapping[str, Key], visits: Sequence[Visit], minutes: Minutes, *, tells_people: bool
    ) -> Figures:
        least = self.cube.least
        wait, wait_90 = waits(visits, least)
        helps = of_enough(visits, minutes, least)
        stars = of_enough(visits, lambda visit: visit.stars, least)
        solved = sum(visit.outcome == "solved" for visit in visits) / max(len(visits), 1)
        return Figures(
            visits=len(visits),
            people=len({visit.asker for visit in visits}) if tells_people and self.cube.tells_people(fixed) else None,
            wait=wait,
            wait_90=wait_90,
            help=percentile(helps, 0.5) if helps else None,
            minutes=sum(helps) if self._tells_minutes(fixed, helps) else None,
            solved=solved if self.cube.tells({**fixed, "outcome": "solved"}) else None,
            rating=sum(stars) / len(stars) if stars else None,
        )

    def _tells_minutes(self, fixed: Mapping[str, Key], helps: Sequence[float]) -> bool:
        """Sums can be subtracted like counts: where few of a group were helped, another of its line is not told either."""
        return self.cube.least == 1 or (bool(helps) and self.helped.tells(fixed))

    def _has_no_small_overlap(self, groups: list[list[Visit]]) -> bool:
        """Of two groups, their sum minus the whole tells how many are in both."""
        if len(groups) != 2:
            return True
        first, second = ({visit.asker for visit in group} for group in groups)
        return not self.cube.is_small(len(first & second))
