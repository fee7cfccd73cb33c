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
from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.fitting import designs_for, pass_types

__all__ = [
    "SOURCES",
    "WARN_AHEAD",
    "Expiring",
    "all_certificates",
    "certificate_for",
    "certificate_warnings",
    "code_key",
    "content_of",
    "current_certificates",
    "designs_for",
    "facts_of",
    "is_testing",
    "pass_types",
]
