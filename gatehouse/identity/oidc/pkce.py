"""Kernel: proof that who redeems a code is who asked for it (PKCE, RFC 7636); S256 and nothing else."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

METHOD: Final = "S256"
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # section 4.1
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # of 32 bytes, section 4.2


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def is_challenge(text: str) -> bool:
    return bool(_CHALLENGE.fullmatch(text))


def is_proof_of(verifier: str, challenge: str) -> bool:
    """False for whatever is no verifier, however it looks (section 4.6)."""
    return bool(_VERIFIER.fullmatch(verifier)) and hmac.compare_digest(challenge_of(verifier), challenge)
