"""Kernel: typed text as we keep it: Unicode NFC, blanks single, nothing invisible that could deceive."""

import re
import unicodedata

# U+200C and U+200D stay: Persian and Indic names are written with them
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def one_line(text: str) -> str:
    """Blanks and line ends become single blanks; control characters, NUL among them, go."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def several_lines(text: str) -> str:
    """The same for each line."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip()
