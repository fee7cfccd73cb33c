"""Questions about passes."""

from gatehouse.passes.queries.facts import SOURCES, code_key, content_of, facts_of
from gatehouse.passes.queries.own import cards_of, drawable, is_due_one, live_card, may_have_card, successor_of

__all__ = [
    "SOURCES",
    "cards_of",
    "code_key",
    "content_of",
    "drawable",
    "facts_of",
    "is_due_one",
    "live_card",
    "may_have_card",
    "successor_of",
]
