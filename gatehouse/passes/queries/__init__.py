"""Questions about passes."""

from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of

__all__ = ["SOURCES", "code_key", "content_of", "facts_of"]
