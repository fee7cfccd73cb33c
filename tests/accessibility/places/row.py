"""One page as one kind of person sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.accessibility.college import College


@dataclass(frozen=True)
class Row:
    """One page as one of `anonymous`, `member` and `owner` sees it; `of` gives what stands in its address."""

    name: str
    who: str
    of: Callable[[College], dict[str, Any]] = lambda _college: {}
    query: str = ""
    status: int = 200
    note: str = ""

    def __str__(self) -> str:
        return f"{self.who}-{self.name}{self.query[:30]}{self.note and '-'}{self.note}"

    def address(self, college: College) -> str:
        return reverse(self.name, kwargs=self.of(college)) + self.query
