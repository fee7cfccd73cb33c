"""The six digits of a letter: made, hashed, compared.

The digits are first keyed with the portal's own key, so that a copy of the database alone cannot try them out, and
then hashed with Argon2id at OWASP's lightest setting for it (19 MiB, two rounds, one lane): some 20 ms of one core.
"""

import hashlib
import hmac
import secrets
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

DIGITS = 6


class CodeHasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1


def new() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hashed(code: str, *, flow_id: UUID) -> str:
    hasher = CodeHasher()
    return hasher.encode(_keyed(code, flow_id), hasher.salt())


def fits(code: str, code_hash: str, *, flow_id: UUID) -> bool:
    """Blanks do not count: mail programs and people put them between the digits."""
    return CodeHasher().verify(_keyed("".join(code.split()), flow_id), code_hash)


def _keyed(code: str, flow_id: UUID) -> str:
    key = f"gatehouse.identity.codes:{settings.SECRET_KEY}".encode()
    return hmac.new(key, f"{flow_id.hex}:{code}".encode(), hashlib.sha256).hexdigest()
