"""Kernel: the one spelling of an e-mail address that we keep and compare."""

import re
import unicodedata

_FIT = re.compile(r"[^@\s,;<>()\[\]\"\\\x00-\x1f]+@[^@\s,;<>()\[\]\"\\\x00-\x1f.]+(\.[^@\s,;<>()\[\]\"\\\x00-\x1f.]+)+")


def normal_email(text: str) -> str:
    """No blanks around it, Unicode NFC, lower case."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def is_email(text: str) -> bool:
    """Whether mail could be sent to it: one @, a domain with a dot, at most 254 characters (RFC 5321, 4.5.3.1)."""
    return len(text) <= 254 and _FIT.fullmatch(text) is not None
