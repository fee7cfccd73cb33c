"""Codes that prove themselves: a pass's serial with a keyed check, in letters and digits that any scanner types alike.

`GH` + 20 characters of serial + 12 of HMAC-SHA-256 (60 bits), all in RFC 4648 base32. No hyphen or dot, for hand scanners
type those by the keyboard they believe in.
"""

import base64
import hashlib
import hmac
import re
import secrets

PREFIX = "GH"
SERIAL, CHECK = 20, 12  # characters
READABLE = "234679ACDEFGHJKMNPQRTVWXY"  # none that looks like another: no 0 O, 1 I L, 5 S, 8 B, Z, U
GROUP, GROUPS = 4, 3
SIGNED = re.compile(rf"{PREFIX}([A-Z2-7]{{{SERIAL}}})([A-Z2-7]{{{CHECK}}})")


def new_serial() -> str:
    """100 random bits, as 20 characters."""
    return base64.b32encode(secrets.token_bytes(13)).decode()[:SERIAL]


def new_token() -> str:
    """256 random bits, as 64 hexadecimal digits: Apple's `authenticationToken`."""
    return secrets.token_hex(32)


def new_code() -> str:
    """Twelve random letters and digits that nobody mistakes for others, as `K7QM-2XPD-9RTA`: 55 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(GROUP)) for _ in range(GROUPS))


def grouped(text: str) -> str:
    """A printed code as it is kept: in capitals, with a hyphen after each four characters, however it was typed."""
    bare = "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())
    return "-".join(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


def looks_signed(code: str) -> bool:
    """Whether it has the form of a signed code, whoever signed it."""
    return bool(SIGNED.fullmatch(code.strip().upper()))


def sign(serial: str, *, key: bytes) -> str:
    return f"{PREFIX}{serial}{_check(serial, key)}"


def read(code: str, *, key: bytes) -> str | None:
    """The serial that was signed with this key; None for any other text. Case and blanks around do not count."""
    found = SIGNED.fullmatch(code.strip().upper())
    if found and hmac.compare_digest(found[2], _check(found[1], key)):
        return found[1]
    return None


def _check(serial: str, key: bytes) -> str:
    digest = hmac.new(key, serial.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:CHECK]
