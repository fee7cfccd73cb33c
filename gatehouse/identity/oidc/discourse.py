"""Kernel: DiscourseConnect, the sign-in that forums of that make speak: a base64 form signed by HMAC-SHA256.

https://meta.discourse.org/t/discourseconnect-official-single-sign-on-for-discourse-sso/13045 (read November 2026). A forum
asks with `nonce` and `return_sso_url`; the answer repeats its nonce and says who it is.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

LONGEST: Final = 4_000  # letters of what a forum asks


class Unasked(ValueError):
    """Not a question of that forum: not signed by it, or not to be read."""


@dataclass(frozen=True)
class Question:
    nonce: str
    return_url: str
    is_sign_out: bool = False


def read(sso: str, sig: str, *, secrets: Iterable[str]) -> Question:
    """What the forum asks, signed with one of its secrets; raises `Unasked`."""
    if not sso or len(sso) > LONGEST or not (sso + sig).isascii():
        raise Unasked("sso")
    if not any(hmac.compare_digest(sign(sso, secret), sig.lower()) for secret in secrets):
        raise Unasked("sig")
    try:
        pairs = parse_qsl(b64decode(sso, validate=True).decode("utf-8"), max_num_fields=20)
    except (binascii.Error, ValueError) as error:
        raise Unasked("sso") from error
    said = dict(pairs)
    if len(said) != len(pairs) or not said.get("nonce") or not said.get("return_sso_url"):
        raise Unasked("nonce")
    if any("\0" in text for pair in pairs for text in pair):
        raise Unasked("sso")
    return Question(said["nonce"], said["return_sso_url"], said.get("logout") == "true")


def answer(question: Question, about: Mapping[str, str], *, secret: str) -> dict[str, str]:
    """The parameters to send back to `return_url`; empty values are left out."""
    said = {name: value for name, value in about.items() if value}
    sso = b64encode(urlencode({"nonce": question.nonce} | said).encode()).decode("ascii")
    return {"sso": sso, "sig": sign(sso, secret)}


def sign(sso: str, secret: str) -> str:
    return hmac.new(secret.encode(), sso.encode("ascii"), hashlib.sha256).hexdigest()
