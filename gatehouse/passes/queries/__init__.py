"""Questions about passes."""

from gatehouse.passes.queries.designs import (
    Audience,
    audience,
    certified_types,
    designs,
    detail_names,
    example_facts,
    live_passes,
    memberships_for,
    own_names,
    people_for,
    placeholders,
    versions,
)
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.previews import preview, preview_of

__all__ = [
    "SOURCES",
    "Audience",
    "audience",
    "certified_types",
    "code_key",
    "content_of",
    "designs",
    "detail_names",
    "example_facts",
    "facts_of",
    "live_passes",
    "memberships_for",
    "own_names",
    "people_for",
    "placeholders",
    "preview",
    "preview_of",
    "versions",
]
