"""The way there and back: the address to send somebody to, and the code they come back with turned into who they are.

State, nonce and PKCE's verifier are made of the two secrets of a flow: one travels as `state`, the other never leaves this
browser's cookie. So nothing that opens anything lies in the database.
"""

import base64
import hashlib
from typing import Final
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from gatehouse.core import clock
from gatehouse.core.outbound import NotPublic, Outside, Unreachable
from gatehouse.identity.tokens import Token
from gatehouse.identity.upstream import documents, id_tokens
from gatehouse.identity.upstream.credentials import CredentialUnusable
from gatehouse.identity.upstream.documents import NoAnswer
from gatehouse.identity.upstream.id_tokens import KeyUnknown, Known, NotGood, Wanted
from gatehouse.identity.upstream.providers import Upstream, redirect_uri

SCOPE: Final = "openid profile"


def address(upstream: Upstream, *, state: Token, browser: Token, anew: bool) -> str:
    """Where to send them; `anew` wants them to prove themselves there once more. Raises `NoAnswer`."""
    document = documents.of(upstream.issuer)
    asked = {
        "response_type": "code",
        "response_mode": "query",
        "client_id": upstream.credential.client_id,
        "redirect_uri": redirect_uri(),
        "scope": SCOPE,
        "state": str(state),
        "nonce": _derived(browser, "nonce"),
        "code_challenge": create_s256_code_challenge(_derived(browser, "verifier")),
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if anew else {}),
    }
    joint = "&" if urlsplit(document.authorize).query else "?"
    return f"{document.authorize}{joint}{urlencode(asked)}"


def is_from(upstream: Upstream, issuer: str | None) -> bool:
    """Whether the answer may be this upstream's, by `iss` (RFC 9207, section 2.4): against mix-up. Raises `NoAnswer`."""
    if issuer is None:
        return not documents.of(upstream.issuer).says_issuer
    return issuer == upstream.issuer


def redeem(upstream: Upstream, *, code: str, browser: Token) -> Known:
    """Who came back with this code; raises `NoAnswer` and `NotGood`."""
    document = documents.of(upstream.issuer)
    text = _id_token(upstream, document, code=code, verifier=_derived(browser, "verifier"))
    wanted = Wanted(
        issuer=upstream.issuer,
        client_id=upstream.credential.client_id,
        nonce=_derived(browser, "nonce"),
        tenant=upstream.tenant,
        now=clock.now(),
    )
    try:
        return id_tokens.read(text, keys=documents.keys_of(document), wanted=wanted)
    except KeyUnknown:
        return id_tokens.read(text, keys=documents.keys_of(document, anew=True), wanted=wanted)


def _id_token(upstream: Upstream, document: documents.Document, *, code: str, verifier: str) -> str:
    try:
        proof = upstream.credential.form(token_endpoint=document.token, now=int(clock.now().timestamp()))
    except CredentialUnusable as error:
        raise NoAnswer(str(error)) from error
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(),
        "code_verifier": verifier,
        **proof,
    }
    try:
        with Outside(may_be_private=True, seconds=10) as outside:
            answer = outside.call("POST", document.token, data=form)
    except (Unreachable, NotPublic) as error:
        raise NoAnswer("unreachable") from error
    said = answer.json()
    if not answer.is_ok or not isinstance(said, dict) or not isinstance(said.get("id_token"), str):
        raise NotGood("code")
    return str(said["id_token"])


def _derived(browser: Token, purpose: str) -> str:
    """43 letters that only the holder of the browser's secret can make."""
    digest = hashlib.sha256(f"upstream {purpose} {browser.id.hex} {browser.secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
