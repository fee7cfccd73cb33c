"""An authenticator app, and recovery codes as their owner reads them."""

import html
import re

from django.test import Client

from gatehouse.core import clock
from gatehouse.identity import totp


def secret_on(page) -> str:
    return page.context["secret"].replace(" ", "")


def code_of_app(secret: str, *, later: int = 0) -> str:
    return totp.code_at(secret, totp.step_at(clock.now()) + later)


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Goes through the pages; gives the secret, and the recovery codes that were shown."""
    secret = secret_on(client.get("/me/security/app"))
    shown = client.post("/me/security/app", {"code": code_of_app(secret)})
    return secret, codes_on(shown)


def codes_on(page) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", html.unescape(page.content.decode()))
