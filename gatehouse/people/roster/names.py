"""Comparing and splitting people's names, which are written as their owners write them and never re-cased."""

import re
import unicodedata

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_SUFFIX = re.compile(r"\s+((?:jr|sr)\.?|i{2,3}|iv)$", re.IGNORECASE)


def names_agree(one: str, other: str) -> bool:
    """The same name, whatever its case, spaces, accents, hyphens, and “Last, First” or not."""
    return one == other or folded(_forward(one)) == folded(_forward(other))


def folded(text: str) -> str:
    """Letters and digits only, without case and accents; scripts that have none stay as they are."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    return "".join(filter(str.isalnum, text)).casefold()


def split_name(name: str) -> tuple[str, str]:
    """(given, family) of “Okafor, Maya” or “Maya Okafor”; small words before the last belong to it (van der Berg)."""
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    suffix = _SUFFIX.search(name)
    bare = name[: suffix.start()] if suffix else name
    words = bare.split(" ")
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    if first < 1:
        return name, ""
    return " ".join(words[:first]), " ".join(words[first:]) + (suffix[0] if suffix else "")


def _forward(name: str) -> str:
    family, _comma, given = name.partition(",")
    return f"{given} {family}"
