"""Kernel: the words staff write around a card. Plain text, in which a few names in braces stand for what differs."""

import re
import unicodedata
from collections.abc import Mapping

PLACEHOLDERS = ("name", "card", "number")
_BRACED = re.compile(r"\{([^{}\n]{0,60})\}")
_BEFORE_MARK = re.compile(r"[ \t]+([,.;:!?])")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def unknown(text: str) -> list[str]:
    """What stands in braces and is none of ours, in order, each once."""
    return [name for name in dict.fromkeys(_BRACED.findall(text)) if name.strip() not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; where a value is empty, the blank before a comma goes with it.

    What a value says is never read as a placeholder again. Control characters are dropped.
    """
    plain = _BRACED.sub(lambda found: values.get(found[1].strip(), found[0]), text.replace("\r\n", "\n"))
    tidy = "".join(sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return _BEFORE_MARK.sub(r"\1", tidy).strip()


def paragraphs(text: str) -> list[list[str]]:
    """Lines by paragraph: blank lines part paragraphs, single breaks are kept."""
    parts = _BLANK_LINES.split(text.strip())
    return [[line.strip() for line in part.splitlines()] for part in parts if part.strip()]
