"""What a file would change: each of its lines is new, changed, unchanged, or in error; and what it does not name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gatehouse.core.said import noop as _
from gatehouse.helpdesk.catalogue.cells import Dates, Unfit
from gatehouse.helpdesk.catalogue.kinds import Change, Key, Kind, Values
from gatehouse.helpdesk.catalogue.reading import Fault, Staged

_TWICE = _("Line %(line)s names the same already. Remove one of them.")


@dataclass
class Plan:
    changes: list[Change] = field(default_factory=list)
    """New and changed, in the order of the file."""
    unchanged: int = 0
    missing: list[Change] = field(default_factory=list)
    """What is in use here and not in the file."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def new(self) -> list[Change]:
        return [change for change in self.changes if change.before is None]

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.before is not None]


def compare(kind: Kind, staged: Staged, *, dates: Dates = "auto") -> Plan:
    """Nothing is written. One fault is told for each line, the first."""
    comparison = _Comparison(kind, staged, dates)
    for line, texts in staged.lines:
        try:
            comparison.look_at(line, texts)
        except Unfit as error:
            comparison.plan.faults.append(Fault(line, error.column, error.said))
    return comparison.concluded()


def staged_again(kind: Kind, lines: Iterable[dict[str, str]]) -> Staged:
    """Lines that were cells of ours once, to be brought back."""
    names = tuple(one.name for one in kind.columns)
    return Staged(names, [(n, [line[name] for name in names]) for n, line in enumerate(lines, start=1)])


class _Comparison:
    """One file against what is here. A column is read as the whole of it shows that it is written."""

    def __init__(self, kind: Kind, staged: Staged, dates: Dates) -> None:
        self.kind, self.plan = kind, Plan(faults=list(staged.faults))
        self.known, self.lookups = kind.known(), kind.lookups()
        self.named: dict[Key, int] = {}
        self.blanks: Values = {one.name: one.blank for one in kind.columns}
        # what a file does not say is left as it is, save that whatever it names is in use
        self.assumed: Values = {"active": True} if "active" in self.blanks and "active" not in staged.columns else {}
        by_name = {one.name: one for one in kind.columns}
        self.columns = [
            (by_name[name], by_name[name].cell.seen((texts[place] for _line, texts in staged.lines), dates))
            for place, name in enumerate(staged.columns)
        ]

    def look_at(self, line: int, texts: list[str]) -> None:
        given = self._given(texts)
        key = self.kind.key({**self.blanks, **given})
        if key in self.named:
            raise Unfit(_TWICE, column=self.kind.columns[0].name, line=self.named[key])
        self.named[key] = line
        there = self.known.get(key)
        before = there.values if there else None
        after = {**(before or self.blanks), **given}
        fields = self.kind.resolve(after, self.lookups)
        differing = self.kind.differing(before, after) if before else []
        if there and differing:
            fields = self.kind.written(differing, fields)
        if differing or (before is None and not self.kind.asks_nothing(after)):
            self.plan.changes.append(Change(line, there.pk if there else None, before, after, fields))
        else:
            self.plan.unchanged += 1

    def _given(self, texts: list[str]) -> Values:
        values = dict(self.assumed)
        for (column, cell), text in zip(self.columns, texts, strict=True):
            values[column.name] = column.read(text, cell)
        return values

    def concluded(self) -> Plan:
        self.plan.faults.sort(key=lambda fault: fault.line)
        self.plan.missing = [
            Change(0, one.pk, one.values, None, {})
            for key, one in self.known.items()
            if key not in self.named and one.values.get("active", True)
        ]
        return self.plan
