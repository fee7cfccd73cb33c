"""A service, a browser, and a way from one to the other and back."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from bs4 import BeautifulSoup
from django.test import Client as Browser

from gatehouse.core import clock
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc.models import Client
from gatehouse.people.models import Person

CALLBACK = "https://wiki.example.org/callback"
AFTERWARDS = "https://wiki.example.org/bye"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
ISSUER = "http://127.0.0.1:8000"


def a_wiki(**fields: Any) -> Client:
    given: dict[str, Any] = {
        "client_id": "wiki",
        "name": "Workshop Wiki",
        "kind": Client.Kind.WEB,
        "redirect_uris": [CALLBACK],
        "post_logout_uris": [AFTERWARDS],
        "scopes": ["openid", "profile", "email", "membership", "offline_access"],
        "grants": ["authorization_code", "refresh_token"],
    }
    return Client.objects.create(**given | fields)


def address(**changes: str | None) -> str:
    """Of the authorization endpoint, with the least that is asked, or what a test says."""
    asked: dict[str, str | None] = {
        "response_type": "code",
        "client_id": "wiki",
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "a state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    query = urlencode({name: value for name, value in (asked | changes).items() if value is not None})
    return f"/oauth/authorize?{query}"


def answer_in(location: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))


def come_in(browser: Browser, person: Person, **methods: int) -> BrowserSession:
    """Signed in by these methods, each so many seconds ago."""
    browser.force_login(person)
    session = BrowserSession.objects.filter(person=person).latest("began_at")
    proved(session, **methods or {"code": 5})
    return session


def proved(session: BrowserSession, **methods: int) -> None:
    now = clock.now().timestamp()
    BrowserSession.objects.filter(pk=session.pk).update(methods={name: now - ago for name, ago in methods.items()})


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    fields = BeautifulSoup(page, "html.parser").select("form input[type=hidden]")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}
