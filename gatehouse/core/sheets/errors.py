"""What reading can refuse: a whole file, or one row of it."""

from typing import NamedTuple

from gatehouse.core.said import Said


class SheetUnreadable(Exception):
    """Nothing can be taken from this file; `said` tells where and what to do."""

    def __init__(self, template: str, *, line: int | None = None, column: str | None = None, **params: object) -> None:
        self.said = Said(template, line=line, column=column, **params)
        self.line, self.column = line, column
        super().__init__(self.said)

    @property
    def template(self) -> str:
        return self.said.template

    @property
    def params(self) -> dict[str, object]:
        return self.said.params


class BadRow(NamedTuple):
    """One row is left out; the others stand."""

    line: int
    column: str
    message: Said
