"""What a reader typed, made readable: its noise taken off, its spellings, and templates of barcodes read backwards."""

from collections.abc import Mapping
from itertools import pairwise

from gatehouse.passes.blueprint import PLACEHOLDER

LONGEST = 500
"""Characters; no barcode of ours says more, so longer texts are looked up nowhere."""
AIM = "]"  # ISO/IEC 15424: some readers begin with the symbology, "]Q1", "]C0", "]L2", "]z0"


def cleaned(text: str) -> str:
    """Without control characters, blanks around and the symbology's sign; "" for what is too long to be a code."""
    if len(text) > LONGEST:
        return ""
    kept = "".join(letter for letter in text if letter.isprintable()).strip()
    return kept[3:] if kept.startswith(AIM) and len(kept) > 3 else kept


def spellings(text: str) -> list[str]:
    """As it is, with the case that a shift key may have turned, and with ß for the hyphen of a German keyboard."""
    return list(
        dict.fromkeys(one for base in (text, text.replace("ß", "-")) for one in (base, base.upper(), base.lower()))
    )


def facts_in(text: str, says: str) -> Mapping[str, str]:
    """Which facts a text holds that a template made: `facts_in("M-17", "M-{membership.number}")`.

    Linear: each fact ends where the next literal begins. Empty where the text does not fit, or where two placeholders
    touch, so that nobody can say where one ends.
    """
    names = PLACEHOLDER.findall(says)
    literals = PLACEHOLDER.sub("\0", says).split("\0")
    if not names or not all(literals[1:-1]) or not text.startswith(literals[0]):
        return {}
    facts: dict[str, str] = {}
    rest = text[len(literals[0]) :]
    for name, (_before, after) in zip(names, pairwise(literals), strict=True):
        value, found, rest = rest.partition(after) if after else (rest, True, "")
        if not found or not value or facts.setdefault(name, value) != value:
            return {}
    return {} if rest else facts
