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
from gatehouse.passes.queries.designs import (
    Audience,
    audience,
    certified_types,
    design_counts,
    designs,
    detail_names,
    example_facts,
    live_passes,
    own_names,
    placeholders,
    versions,
)
from gatehouse.passes.queries.devices import Updates, opened_by, pass_of, updates_for
from gatehouse.passes.queries.due import automatic_designs, memberships_due, memberships_for, people_due, people_for
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.previews import preview, preview_of

__all__ = [
    "SOURCES",
    "Audience",
    "Expiring",
    "Updates",
    "all_certificates",
    "audience",
    "automatic_designs",
    "certificate_for",
    "certificate_warnings",
    "certified_types",
    "code_key",
    "content_of",
    "current_certificates",
    "days_left",
    "design_counts",
    "designs",
    "detail_names",
    "example_facts",
    "facts_of",
    "is_testing",
    "live_passes",
    "memberships_due",
    "memberships_for",
    "opened_by",
    "own_names",
    "pass_of",
    "people_due",
    "people_for",
    "placeholders",
    "preview",
    "preview_of",
    "updates_for",
    "versions",
]
