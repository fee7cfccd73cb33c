"""A whole report from visits: all its figures, tables, bars and windows, of which nothing tells of one to four people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Literal

from gatehouse.helpdesk.reports.figures import Figures, Table, Teller, grouped, waits
from gatehouse.helpdesk.reports.hiding import LEAST, Cube
from gatehouse.helpdesk.reports.staffing import Hour
from gatehouse.helpdesk.reports.visits import KEYS, REQUIRES, Asked, Key, Keys, Visit, selected, with_settled

Refusal = Literal["", "none", "few", "close", "many"]
AT_ONCE = 3
"""Filters at the same time, without names: more of them leave nobody to tell of, and cost much."""
LISTED = ("course", "section", "assignment", "problem", "mode", "tutor")


@dataclass(frozen=True)
class Bars:
    """Visits in time, of each mode; of all together, under "", where the modes are not told; None is not told."""

    days: tuple[date, ...]
    modes: Mapping[str, tuple[int | None, ...]]
    waits: tuple[tuple[float | None, float | None], ...]
    """Seconds: the median, and what nine in ten waited at most."""


@dataclass(frozen=True)
class Report:
    """`refused` says why there is nothing: nobody asked, too few did, too few are left out of a wider report, or there
    are too many filters.

    What is absent from `outcomes` and `heat` is none or not told.
    """

    asked: Asked
    refused: Refusal = ""
    total: Figures | None = None
    outcomes: Mapping[Key, int] = field(default_factory=dict)
    bars: Bars | None = None
    heat: Mapping[Hour, int] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)


def build(visits: Iterable[Visit], asked: Asked, *, least: int = LEAST) -> Report:
    """Tell what may be told of the visits of a period that pass the filters; all of the period must be given.

    With `least` 1 nothing is hidden.
    """
    if len(asked.filters) > AT_ONCE and least > 1:
        return Report(asked, "many")
    every = list(visits)
    filters = with_settled(every, asked.filters)
    chosen = selected(every, filters)
    cube = _cube(every, asked, least)
    if refused := _refused(chosen, filters, cube):
        return Report(asked, refused)
    helped = _cube([visit for visit in every if visit.minutes is not None], asked, least)
    teller = Teller(cube, helped, filters, chosen)
    return Report(
        asked,
        total=teller.whole(),
        outcomes=teller.counts("outcome", chosen, KEYS["outcome"]),
        bars=_bars(teller, asked),
        heat=teller.counts("hour", chosen, KEYS["hour"]),  # type: ignore[arg-type]
        tables={name: teller.table(name) for name in LISTED if name not in filters},
    )


def _cube(visits: list[Visit], asked: Asked, least: int) -> Cube:
    """A row for each visit, or of one with several tutors for each of these."""
    rows = [(number, visit, tutor) for number, visit in enumerate(visits) for tutor in visit.tutors or (None,)]
    keys = {**KEYS, "bar": _bar(asked)}

    @cache
    def column(name: str) -> list[Key]:
        return [tutor if name == "tutor" else keys[name](visit)[0] for _number, visit, tutor in rows]

    return Cube(
        visits=[number for number, _visit, _tutor in rows],
        askers=[visit.asker for _number, visit, _tutor in rows],
        column=column,
        requires=REQUIRES,
        overlapping="tutor",
        least=least,
    )


def _bar(asked: Asked) -> Keys:
    return lambda visit: (asked.bucket_of(visit.asked_at.date()),)


def _refused(chosen: list[Visit], filters: Mapping[str, Key], cube: Cube) -> Refusal:
    if len({visit.asker for visit in chosen}) < cube.least:
        return "none" if cube.least == 1 else "few"
    return "" if cube.tells(filters) else "close"


def _bars(teller: Teller, asked: Asked) -> Bars:
    """By mode where most of that is told; else all together."""
    days, nothing = asked.buckets(), 0 if teller.cube.least == 1 else None
    lines, by_day = _lines(teller, _bar(asked)), grouped(teller.visits, _bar(asked))
    told = {day for day in by_day if sum(counts.get(day, 0) for counts in lines.values()) == len(by_day[day])}
    return Bars(
        days=tuple(days),
        modes={mode: tuple(counts.get(day, nothing) for day in days) for mode, counts in lines.items()},
        waits=tuple(waits(by_day[day], teller.cube.least) if day in told else (None, None) for day in days),
    )


def _lines(teller: Teller, bar: Keys) -> dict[str, dict[Key, int]]:
    by_mode = grouped(teller.visits, KEYS["mode"])
    modes = {mode: replace(teller, filters={**teller.filters, "mode": mode}, visits=by_mode[mode]) for mode in by_mode}
    lines = {str(mode): modes[mode].counts("bar", modes[mode].visits, bar) for mode in sorted(modes, key=str)}
    return lines if _is_enough(lines.values(), teller, bar) else {"": teller.counts("bar", teller.visits, bar)}


def _is_enough(lines: Iterable[Mapping[Key, int]], teller: Teller, bar: Keys) -> bool:
    """Whether the bars by mode show most of what bars of all together would."""
    shown = sum(count for counts in lines for count in counts.values())
    return shown * 5 >= 4 * sum(teller.counts("bar", teller.visits, bar).values())
