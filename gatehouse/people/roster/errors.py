"""What a roster can be refused for: the whole file, or one line."""

from typing import NamedTuple

from gatehouse.core.said import Said


class RosterUnreadable(Exception):
    """The columns do not make a roster; `said` tells what to do."""

    def __init__(self, template: str, *, column: str | None = None, **params: object) -> None:
        self.said = Said(template, column=column, **params)
        self.line, self.column = 1, column
        super().__init__(self.said)

    @property
    def template(self) -> str:
        return self.said.template

    @property
    def params(self) -> dict[str, object]:
        return self.said.params


class Refused(NamedTuple):
    """One line is left out; `column` is called as in the file."""

    line: int
    column: str
    message: Said


class Unfit(Exception):
    """A cell that does not fit its field."""

    def __init__(self, template: str, **params: object) -> None:
        self.said = Said(template, **params)
        super().__init__(self.said)
