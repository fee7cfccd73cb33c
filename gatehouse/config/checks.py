"""What production must not start with: said once, asked by `run`, `serve`, `worker` and `check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.management import CommandError

from gatehouse.config import env

SHORTEST_KEY, FEWEST_CHARACTERS = 50, 12
KNOWN = ("insecure", "change", "example", "secret", "gatehouse", "password", "dummy")
HOW = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def refusals() -> list[str]:
    """One line for each reason why this portal must not run in production; none in the other modes."""
    if not settings.IS_PRODUCTION:
        return []
    reasons = [_key(env.secret_key(make=False)), _debug(), _base_url(), _mail()]
    return [reason for reason in reasons if reason]


def refuse_unsafe_production() -> None:
    if lines := refusals():
        raise CommandError("\n".join(lines))


@register(Tags.security, deploy=True)
def production_is_safe(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [Error(line, id=f"gatehouse.E{number:03}") for number, line in enumerate(refusals(), start=1)]


def _key(key: str) -> str | None:
    where = f"GATEHOUSE_SECRET_KEY or the file {env.DATA / 'key'}"
    if not key:
        return f"Production needs a secret key: set {where}. {HOW}"
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        return f"The secret key is weak: it needs {SHORTEST_KEY} random characters or more ({where}). {HOW}"
    if any(word in key.lower() for word in KNOWN):
        return f"The secret key is a known default or was made by hand; it needs random characters ({where}). {HOW}"
    return None


def _debug() -> str | None:
    return (
        "GATEHOUSE_DEBUG is on: switch it off, it shows the portal's insides to strangers." if settings.DEBUG else None
    )


def _base_url() -> str | None:
    if settings.IS_HTTPS:
        return None
    return f"GATEHOUSE_BASE_URL is {settings.BASE_URL}: production needs an address that begins with https://"


def _mail() -> str | None:
    if settings.EMAIL_URL.startswith(("file:", "console:")):
        return "EMAIL_URL is not set: letters would only be written to files. Set it, such as smtp://user:password@mail.example.org:587"
    return None
