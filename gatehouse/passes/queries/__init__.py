"""Questions about passes."""

from gatehouse.passes.queries.devices import Updates, opened_by, updates_for
from gatehouse.passes.queries.due import automatic_designs, memberships_due, people_due
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of

__all__ = [
    "SOURCES",
    "Updates",
    "automatic_designs",
    "code_key",
    "content_of",
    "facts_of",
    "memberships_due",
    "opened_by",
    "people_due",
    "updates_for",
]
