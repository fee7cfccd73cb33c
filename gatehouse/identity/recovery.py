"""Recovery codes: made, spelt, hashed. One is typed in place of a lost factor, once.

The hash is keyed with the portal's own key and quick: a code has some 49 random bits, so that neither somebody with a
copy of the database alone nor somebody who types gets anywhere by trying.
"""

import hashlib
import hmac
import secrets
from typing import Final

from django.conf import settings

COUNT: Final = 10
LENGTH: Final = 10
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else


def new() -> list[str]:
    """Ten codes, all different, as they are shown: two groups of five."""
    made: set[str] = set()
    while len(made) < COUNT:
        made.add("".join(secrets.choice(ALPHABET) for _letter in range(LENGTH)))
    return [f"{code[:5]}-{code[5:]}" for code in sorted(made)]


def plain(typed: str) -> str:
    """As it is hashed: case, blanks and dashes do not count."""
    return "".join(typed.lower().replace("-", "").split())


def digest(typed: str) -> str:
    key = f"gatehouse.identity.recovery:{settings.SECRET_KEY}".encode()
    return hmac.new(key, plain(typed).encode(), hashlib.sha256).hexdigest()


def is_spelt(text: str) -> bool:
    """Whether this is one line as `new` gives it: what is handed back as a file must be nothing else."""
    first, dash, second = text.partition("-")
    return bool(dash) and len(first) == len(second) == LENGTH // 2 and set(first + second) <= set(ALPHABET)
