"""Where the marks of a chart go: across in per cent, down in pixels, so that letters never shrink.

Plain Python without Django. Coordinates leave as text, for a template would write them in the reader's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

KINDS = "abcdo"
LEFT, RIGHT = 9.0, 100.0  # per cent; numbers of the axis stand left of LEFT
TOP, FOOT = 36.0, 30.0  # pixels above the highest mark, and below the axis


class TooManySeries(ValueError):
    """More than five series cannot be told apart: put the rest together as "Other"."""


Value = float | None
"""None is not told, or not known."""


@dataclass(frozen=True)
class Series:
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Chart:
    """What is shown. `summary` says in a sentence what one sees; `slug` is unique on the page."""

    slug: str
    title: str
    summary: str
    across: str  # what the labels below are: "Week"
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    height: int = 324
    note: str = ""

    @property
    def totals(self) -> list[Value]:
        """Of each column the sum, where all of it is known."""
        return [None if None in column else sum(map(_known, column)) for column in self.columns]

    @property
    def columns(self) -> list[tuple[Value, ...]]:
        return list(zip(*(series.values for series in self.series), strict=True))

    @property
    def rows(self) -> list[tuple[str, tuple[Value, ...], Value]]:
        return list(zip(self.labels, self.columns, self.totals, strict=True))


@dataclass(frozen=True)
class Mark:
    """A bar, a point, a line or a word; what does not apply is empty."""

    x: str
    y: str
    width: str = ""
    height: str = ""
    x2: str = ""
    y2: str = ""
    text: str | float = ""
    kind: str = ""


@dataclass(frozen=True)
class Plot:
    chart: Chart
    base: str
    names_at: str
    ticks: list[Mark]
    names: list[Mark]
    bars: list[Mark]
    lines: list[Mark]
    words: list[Mark]
    kinds: list[tuple[str, str]]


def ticks(peak: float) -> list[float]:
    """Three or four round numbers from above 0 up to the peak, or one above it when the peak is small."""
    if peak <= 0:
        return [1.0]
    size = 10.0 ** floor(log10(peak))
    step = next(size * part for part in (0.25, 0.5, 1.0, 2.0, 2.5) if peak / (size * part) < 5)
    step = max(step, 1.0) if peak >= 1 else step
    return [step * n for n in range(1, floor(peak / step + 1e-9) + 1)]


def stacked(chart: Chart) -> Plot:
    """Bars, one series upon another; the highest and the lowest of all are written out."""
    frame = _Frame(chart, max((sum(map(_known, column)) for column in chart.columns), default=0))
    bars: list[Mark] = []
    for place, values in enumerate(chart.columns):
        below = 0.0
        for kind, value in zip(KINDS, values, strict=False):
            if value:
                bars.append(frame.bar(place, below, value, kind))
            below += _known(value)
    return frame.plot(bars=bars, words=frame.extremes(chart.totals))


def lines(chart: Chart) -> Plot:
    """Lines from point to point, broken where one is not known; the highest and the lowest of the first are written."""
    frame = _Frame(chart, max((_known(value) for series in chart.series for value in series.values), default=0))
    drawn: list[Mark] = []
    for kind, series in zip(KINDS, chart.series, strict=False):
        for column, (before, after) in enumerate(pairwise(series.values)):
            if before is not None and after is not None:
                drawn.append(frame.line(column, before, after, kind))
    return frame.plot(lines=drawn, words=frame.extremes(chart.series[0].values if chart.series else ()))


def _known(value: Value) -> float:
    return value or 0.0


class _Frame:
    def __init__(self, chart: Chart, peak: float) -> None:
        if len(chart.series) > len(KINDS):
            raise TooManySeries(chart.title)
        self.chart = chart
        self.ticks = ticks(peak)
        self.base = chart.height - FOOT
        self.scale = (self.base - TOP) / max(peak, self.ticks[-1])
        self.step = (RIGHT - LEFT) / max(len(chart.labels), 1)

    def middle(self, column: int) -> str:
        return f"{LEFT + self.step * (column + 0.5):.2f}%"

    def level(self, value: float) -> float:
        return self.base - value * self.scale

    def bar(self, column: int, below: float, value: float, kind: str) -> Mark:
        gap = 2.0 if below else 0.0
        return Mark(
            x=f"{LEFT + self.step * (column + 0.16):.2f}%",
            y=f"{self.level(below + value):.1f}",
            width=f"{self.step * 0.68:.2f}%",
            height=f"{max(value * self.scale - gap, 0.5):.1f}",
            kind=kind,
        )

    def line(self, column: int, before: float, after: float, kind: str) -> Mark:
        return Mark(
            x=self.middle(column),
            y=f"{self.level(before):.1f}",
            x2=self.middle(column + 1),
            y2=f"{self.level(after):.1f}",
            kind=kind,
        )

    def extremes(self, values: Sequence[Value]) -> list[Mark]:
        told = {value: place for place, value in reversed(list(enumerate(values))) if value is not None}
        ends = sorted({told[end] for end in (max(told), min(told)) if end}) if told else []
        return [
            Mark(x=self.middle(n), y=f"{self.level(_known(values[n])) - 6:.1f}", text=_known(values[n])) for n in ends
        ]

    def plot(self, *, words: list[Mark], bars: list[Mark] | None = None, lines: list[Mark] | None = None) -> Plot:
        series = zip(KINDS, self.chart.series, strict=False)
        return Plot(
            chart=self.chart,
            base=f"{self.base:.1f}",
            names_at=f"{self.chart.height - 10}",
            ticks=[Mark(x="", y=f"{self.level(n):.1f}", y2=f"{self.level(n) + 4.5:.1f}", text=n) for n in self.ticks],
            names=[Mark(x=self.middle(n), y="", text=label) for n, label in self._spaced()],
            bars=bars or [],
            lines=lines or [],
            words=words,
            kinds=[(kind, one.label) for kind, one in series],
        )

    def _spaced(self) -> list[tuple[int, str]]:
        """Every label, or as many as stand beside one another without touching on a phone: fourteen of two letters."""
        longest = max(map(len, self.chart.labels), default=0)
        every = -(-len(self.chart.labels) // max(56 // (max(longest, 2) + 2), 1)) or 1
        return [(n, label) for n, label in enumerate(self.chart.labels) if n % every == 0]


@dataclass(frozen=True)
class HeatMap:
    """Counts by row and column. Fewer than `least` are shown as a dot, for a small group is somebody."""

    slug: str
    title: str
    summary: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    least: int = 5
    note: str = ""

    @property
    def windows(self) -> list[tuple[str, list[tuple[int, int | None]]]]:
        """Each row's label and its cells: a step from 0 to 5, and the number or None."""
        peak = max((value for _label, values in self.rows for value in values), default=0)
        return [(label, [self._window(value, peak) for value in values]) for label, values in self.rows]

    def _window(self, value: int, peak: int) -> tuple[int, int | None]:
        if value < self.least:
            return 0, None
        return min(5, value * 6 // max(peak, 1)), value
