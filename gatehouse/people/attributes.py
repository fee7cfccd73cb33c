"""Kernel: a person's further details as lines of text that anybody can edit, `name: value`, and back."""

import json
from collections.abc import Mapping
from typing import Any


class LineUnfit(ValueError):
    """A line has no colon, or nothing before it."""


def as_lines(details: Mapping[str, Any]) -> str:
    """One line each; what a line cannot hold as it is (lists, line ends, blanks at the ends) stands there as JSON."""
    return "\n".join(_line(name, value) for name, value in details.items())


def from_lines(text: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """The details these lines say. A line left as it was keeps its value and type; a new value is text.

    Raises `LineUnfit` with the line. `from_lines(as_lines(details), details) == details`.
    """
    known = {_line(name, value): (name, value) for name, value in before.items()}
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return dict(known[line] if line in known else _typed(line) for line in lines)


def _typed(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise LineUnfit(line)
    return name.strip(), value.strip()


def _line(name: str, value: Any) -> str:
    return f"{_plain(name, but=':')}: {_plain(value)}".strip()


def _plain(value: Any, *, but: str = '"') -> str:
    is_plain = isinstance(value, str) and value and value.isprintable() and value == value.strip()
    if is_plain and but not in value and not value.startswith(('"', "[", "{")):
        return str(value)
    return json.dumps(value, ensure_ascii=True)
