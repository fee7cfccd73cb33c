"""Kernel: time-based one-time passwords as authenticator apps speak them: RFC 6238 with SHA-1, 30 seconds, six digits."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

PERIOD: Final = 30  # seconds
DIGITS: Final = 6
DRIFT: Final = 1  # steps that a telephone's clock may be off, either way (RFC 6238, section 5.2)
SECRET_BYTES: Final = 20  # as long as the hash (RFC 4226, section 4, R6)


def new_secret() -> str:
    """160 random bits in base32, 32 letters."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // PERIOD


def code_at(secret: str, step: int) -> str:
    """RFC 4226, section 5.3."""
    # SHA-1 is what the apps know; the attacks on it do not touch HMAC
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, typed: str, *, now: datetime) -> int | None:
    """The step whose code this is, of those that may be now; blanks between the digits do not count.

    All are compared, so that time does not tell which one fitted. That a step counts once is the caller's to see to.
    """
    plain, present = "".join(typed.split()).encode(), step_at(now)
    steps = range(present - DRIFT, present + DRIFT + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), plain)]
    return fitting[-1] if fitting else None


def address(secret: str, *, issuer: str, account: str) -> str:
    """What the QR code says: otpauth://, as the apps read it. A colon would split the label, so the names lose theirs."""
    names = [name.replace(":", " ").strip() for name in (issuer, account)]
    label = ":".join(quote(name, safe="") for name in names if name)
    values = {"secret": secret, "issuer": names[0], "algorithm": "SHA1", "digits": DIGITS, "period": PERIOD}
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"


def spelt(secret: str) -> str:
    """In groups of four, for those who type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
