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
from gatehouse.passes.queries.devices import Updates, opened_by, updates_for
from gatehouse.passes.queries.due import automatic_designs, memberships_due, people_due
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
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
    "Expiring",
    "Found",
    "Reading",
    "Updates",
    "all_certificates",
    "automatic_designs",
    "certificate_for",
    "certificate_warnings",
    "code_key",
    "content_of",
    "current_certificates",
    "days_left",
    "facts_of",
    "holder_of",
    "is_testing",
    "memberships_due",
    "opened_by",
    "people_due",
    "read_code",
    "scans_of",
    "standing_of",
    "updates_for",
    "verdict_of",
    "with_holder",
]
