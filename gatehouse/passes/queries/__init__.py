"""Questions about passes."""

from gatehouse.passes.queries.certificates import (
    WARN_AHEAD,
    Expiring,
    all_certificates,
    certificate_for,
    certificate_warnings,
    current_certificates,
    is_testing,
)
from gatehouse.passes.queries.devices import Updates, opened_by, pass_of, updates_for
from gatehouse.passes.queries.due import automatic_designs, memberships_due, people_due
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.fitting import designs_for, pass_types
from gatehouse.passes.queries.own import cards_of, drawable, has_card, is_due_one, live_card, successor_of
from gatehouse.passes.queries.pushing import (
    PushTrouble,
    due_to_be_pushed,
    push_troubles,
    pushing_certificates,
    waiting_to_be_pushed,
)

__all__ = [
    "SOURCES",
    "WARN_AHEAD",
    "Expiring",
    "PushTrouble",
    "Updates",
    "all_certificates",
    "automatic_designs",
    "cards_of",
    "certificate_for",
    "certificate_warnings",
    "code_key",
    "content_of",
    "current_certificates",
    "designs_for",
    "drawable",
    "due_to_be_pushed",
    "facts_of",
    "has_card",
    "is_due_one",
    "is_testing",
    "live_card",
    "memberships_due",
    "opened_by",
    "pass_of",
    "pass_types",
    "people_due",
    "push_troubles",
    "pushing_certificates",
    "successor_of",
    "updates_for",
    "waiting_to_be_pushed",
]
