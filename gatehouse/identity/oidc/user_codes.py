"""Kernel: the short code that somebody reads on one screen and types on another (RFC 8628, section 6.1).

Eight of twenty letters: no vowels, so that no word comes of it, and none that looks like another. 34 bits are few, so
whoever asks for one by its letters is counted.
"""

import secrets
from typing import Final

LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH: Final = 8
HALF: Final = LENGTH // 2


def new() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


def read(text: str) -> str:
    """The eight letters of what somebody typed, whatever its case, dashes and blanks; "" when it is no such code."""
    plain = "".join(letter for letter in text[:40] if letter.isalnum())
    plain = plain.upper() if plain.isascii() else ""
    return plain if len(plain) == LENGTH and set(plain) <= set(LETTERS) else ""


def shown(code: str) -> str:
    """As people read it: BCDF-GHJK."""
    return f"{code[:HALF]}-{code[HALF:]}"
