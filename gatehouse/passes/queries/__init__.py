"""Questions about passes."""

from gatehouse.passes.queries.cards import (
    WantedCards,
    card_counts,
    cards,
    cards_of,
    designs_in_use,
    designs_with_cards,
    listed_cards,
    page_of_cards,
    phones_of,
)
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
from gatehouse.passes.queries.scanning import (
    Found,
    Reading,
    holder_of,
    read_code,
    scans_of,
    standing_of,
    verdict_of,
    with_holder,
)

__all__ = [
    "SOURCES",
    "WARN_AHEAD",
    "Expiring",
    "Found",
    "Reading",
    "Updates",
    "WantedCards",
    "all_certificates",
    "automatic_designs",
    "card_counts",
    "cards",
    "cards_of",
    "certificate_for",
    "certificate_warnings",
    "code_key",
    "content_of",
    "current_certificates",
    "designs_for",
    "designs_in_use",
    "designs_with_cards",
    "facts_of",
    "holder_of",
    "is_testing",
    "listed_cards",
    "memberships_due",
    "opened_by",
    "page_of_cards",
    "pass_of",
    "pass_types",
    "people_due",
    "phones_of",
    "read_code",
    "scans_of",
    "standing_of",
    "updates_for",
    "verdict_of",
    "with_holder",
]
