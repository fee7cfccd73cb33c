"""Which groups may be told, so that nobody learns of a group of one to four people, by subtracting neither.

A *table* counts visits by some dimensions, like course and mode; fixing the values of all gives a *cell*. The same cell
stands in several reports: as a row of one by courses, as a row of one by modes, as the whole of a third. So whether a
cell is told is settled once, for every report of the period, from the tables with fewer dimensions down:

* it has at least five people;
* every cell of which it is a part is told;
* of a *line* (cells whose sum is told) as many are hidden as could be told together, and at least two.

After Hundepool et al., Statistical Disclosure Control (2012), chapter 4: primary and complementary suppression.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

LEAST: Final = 5

Dims = tuple[str, ...]
Place = tuple[int, ...]
"""A cell's values, numbered, in the order of its table's dimensions."""
Line = list[Place]


@dataclass
class Settled:
    """A table's cells, as far as they are part of anything told; `told` are the rows in those that are told."""

    rows: dict[Place, list[int]]
    people: dict[Place, int]
    told: set[int] = field(default_factory=set)


class Cube:
    """All tables of some visits, one row for each and, where it has several values in a dimension, for each of these.

    `visits` and `askers` say whose row it is; `column` gives a dimension's values. `requires` names dimensions without
    which another makes no table: none has sections without their courses. In an `overlapping` dimension a visit may
    have several values. With `least` 1 nothing is hidden.
    """

    def __init__(
        self,
        *,
        visits: Sequence[int],
        askers: Sequence[Hashable],
        column: Callable[[str], Sequence[Hashable]],
        requires: Mapping[str, Iterable[str]],
        overlapping: str = "",
        least: int = LEAST,
    ) -> None:
        self.visits, self.askers, self.column = visits, askers, column
        self.requires, self.overlapping, self.least = requires, overlapping, least
        self._settled: dict[Dims, Settled] = {}
        self._numbered: dict[str, tuple[dict[Hashable, int], list[int]]] = {}

    def tells(self, fixed: Mapping[str, Hashable]) -> bool:
        """Whether the number of these visits is told; nobody at all is not."""
        if self.least == 1:
            return True
        dims = self.with_required(fixed)
        table, place = self.settled(dims), self._place(dims, fixed)
        return place in table.rows and table.rows[place][0] in table.told

    def tells_people(self, fixed: Mapping[str, Hashable]) -> bool:
        """Whether people may be counted: a number of people minus another tells how many are only in the larger."""
        if self.least == 1:
            return True
        dims = self.with_required(fixed)
        counts = [self.settled(some).people[self._place(some, fixed)] for some in self.coarser(dims)]
        own = self.settled(dims).people[self._place(dims, fixed)]
        return not any(self.is_small(count - own) for count in counts)

    def is_small(self, people: int) -> bool:
        return 0 < people < self.least

    def _place(self, dims: Dims, fixed: Mapping[str, Hashable]) -> Place:
        return tuple([self._numbers(name)[0].get(fixed[name], -1) for name in dims])

    def _numbers(self, name: str) -> tuple[dict[Hashable, int], list[int]]:
        """A dimension's values by number, and each row's: numbers are compared and hashed at once.

        In an order of their own, whatever order the visits come in: of two equal groups every report hides the same.
        """
        if name not in self._numbered:
            column = self.column(name)
            numbers = {value: number for number, value in enumerate(sorted(set(column), key=repr))}
            self._numbered[name] = numbers, [numbers[value] for value in column]
        return self._numbered[name]

    def with_required(self, names: Iterable[str]) -> Dims:
        return tuple(sorted({*names, *(other for name in names for other in self.requires.get(name, ()))}))

    def coarser(self, dims: Dims) -> list[Dims]:
        """All tables with fewer of these dimensions, the coarsest first."""
        some = (some for length in range(len(dims)) for some in combinations(dims, length))
        return [one for one in some if self.with_required(one) == one]

    def sums(self, dims: Dims) -> list[Dims]:
        """The tables just above, whose cells are sums of this one's."""
        above = self.coarser(dims)
        return [one for one in above if not any(set(one) < set(other) for other in above)]

    def settled(self, dims: Dims) -> Settled:
        if dims not in self._settled:
            table = self._table(dims)
            hide = self._hidden(table, dims)
            table.told = {row for place, rows in table.rows.items() if place not in hide for row in rows}
            self._settled[dims] = table
        return self._settled[dims]

    def _table(self, dims: Dims) -> Settled:
        """Only rows that are told somewhere above: of the others every cell is hidden, in lines without a sum."""
        above = [self.settled(some).told for some in self.sums(dims)]
        rows = set().union(*above) if above else range(len(self.askers))
        columns = [self._numbers(name)[1] for name in dims]
        cells: defaultdict[Place, list[int]] = defaultdict(list)
        for row in sorted(rows):
            cells[tuple([column[row] for column in columns])].append(row)
        people = {place: len({self.askers[row] for row in some}) for place, some in cells.items()}
        return Settled(dict(cells), people)

    def _hidden(self, table: Settled, dims: Dims) -> set[Place]:
        hide = {place for place, count in table.people.items() if self.is_small(count)}
        lines: list[Line] = []
        for some in self.sums(dims):
            told = self.settled(some).told
            hide |= {place for place, rows in table.rows.items() if rows[0] not in told}
            lines += [line for line in self._lines(table, dims, some) if table.rows[line[0]][0] in told]
            if self.overlapping in dims and self.overlapping not in some:
                hide |= {place for place in table.rows if self._leaves_few(table, place, dims, some)}
        while sum(self._close(line, table, hide) for line in lines):
            pass
        return hide

    def _lines(self, table: Settled, dims: Dims, some: Dims) -> Iterable[Line]:
        lines: defaultdict[Place, Line] = defaultdict(list)
        kept = [number for number, name in enumerate(dims) if name in some]
        for place in table.rows:
            lines[tuple([place[number] for number in kept])].append(place)
        return lines.values()

    def _close(self, line: Line, table: Settled, hide: set[Place]) -> bool:
        """Hide more of a line, the smallest first, until what is hidden is safe; whether anything was added."""
        gone = [place for place in line if place in hide]
        if not gone or self._is_safe(gone, table):
            return False
        left = sorted((place for place in line if place not in hide), key=lambda one: (table.people[one], one))
        for place in left:
            gone.append(place)
            if self._is_safe(gone, table):
                break
        hide.update(gone)
        return bool(left)

    def _is_safe(self, gone: Line, table: Settled) -> bool:
        if len(gone) < 2:
            return False
        if any(table.people[place] >= self.least for place in gone):
            return True
        return len({self.askers[row] for place in gone for row in table.rows[place]}) >= self.least

    def _leaves_few(self, table: Settled, place: Place, dims: Dims, some: Dims) -> bool:
        """Whether few people have visits in the sum that are not in this cell, as those whom one tutor did not help.

        Where values do not overlap the rest of the line says it.
        """
        above = self.settled(some)
        part = tuple([number for name, number in zip(dims, place, strict=True) if name in some])
        if part not in above.rows or above.people[part] - table.people[place] >= self.least:
            return False
        own = {self.visits[row] for row in table.rows[place]}
        return self.is_small(len({self.askers[row] for row in above.rows[part] if self.visits[row] not in own}))
