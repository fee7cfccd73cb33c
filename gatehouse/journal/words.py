"""What verbs mean, in words: each app names its own in its `portal.py`, and the journal's page shows them."""

from collections.abc import Mapping

from django.utils.functional import Promise

_words: dict[str, str | Promise] = {}


def name(words: Mapping[str, str | Promise]) -> None:
    """`name({"role.granted": _("Role given")})`: a title, as short as in a ledger."""
    _words.update(words)


def of(verb: str) -> str | Promise:
    """The title of a verb; one that nobody named reads as it is written."""
    return _words.get(verb) or verb.replace(".", " ").replace("_", " ")


def known() -> set[str]:
    return set(_words)
