"""Questions about passes."""

from gatehouse.passes.queries.certificates import (
    Expiring,
    all_certificates,
    certificate_for,
    certificate_warnings,
    current_certificates,
    days_left,
    is_testing,
)
from gatehouse.passes.queries.devices import Updates, opened_by, pass_of, updates_for
from gatehouse.passes.queries.due import automatic_designs, memberships_due, people_due
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.own import cards_of, drawable, has_card, is_due_one, live_card, successor_of

__all__ = [
    "SOURCES",
    "Expiring",
    "Updates",
    "all_certificates",
    "automatic_designs",
    "cards_of",
    "certificate_for",
    "certificate_warnings",
    "code_key",
    "content_of",
    "current_certificates",
    "days_left",
    "drawable",
    "facts_of",
    "has_card",
    "is_due_one",
    "is_testing",
    "live_card",
    "memberships_due",
    "opened_by",
    "pass_of",
    "people_due",
    "successor_of",
    "updates_for",
]
