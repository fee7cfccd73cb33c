"""Questions about passes."""

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
    "Found",
    "Reading",
    "code_key",
    "content_of",
    "facts_of",
    "holder_of",
    "read_code",
    "scans_of",
    "standing_of",
    "verdict_of",
    "with_holder",
]
