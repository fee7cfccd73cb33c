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
SIGNED = re.compile(rf"{PREFIX}([A-Z2-7]{{{SERIAL}}})([A-Z2-7]{{{CHECK}}})")


def new_serial() -> str:
    """100 random bits, as 20 characters."""
    return base64.b32encode(secrets.token_bytes(13)).decode()[:SERIAL]


def new_token() -> str:
    """256 random bits, as 64 hexadecimal digits: Apple's `authenticationToken`."""
    return secrets.token_hex(32)


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
