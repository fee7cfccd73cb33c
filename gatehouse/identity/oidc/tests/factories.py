"""The least that is valid: a service, a person's session, a code."""

from datetime import timedelta
from itertools import count
from typing import Any

from gatehouse.core import clock
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, hashes, pkce
from gatehouse.identity.oidc.models import Client, ClientSecret
from gatehouse.people.models import Person

VERIFIER = "v" * 43
CALLBACK = "https://wiki.example.org/callback"
ALL_GRANTS = ["authorization_code", "refresh_token"]
PEOPLE = ["openid", "profile", "email", "phone", "roles", "groups", "membership", "offline_access"]

_numbers = count(1)


def a_client(**fields: Any) -> Client:
    """With `client.secret`, in clear, if it is one that has a secret."""
    fields.setdefault("client_id", f"wiki-{next(_numbers)}")
    fields.setdefault("name", "Wiki")
    fields.setdefault("kind", Client.Kind.WEB)
    fields.setdefault("redirect_uris", [CALLBACK])
    fields.setdefault("scopes", PEOPLE)
    fields.setdefault("grants", ALL_GRANTS)
    client = Client.objects.create(**fields)
    client.secret = a_secret(client) if client.proof in (Client.Proof.BASIC, Client.Proof.POST) else ""
    return client


def a_service(**fields: Any) -> Client:
    fields.setdefault("kind", Client.Kind.SERVICE)
    fields.setdefault("grants", ["client_credentials"])
    fields.setdefault("scopes", ["members:read"])
    return a_client(redirect_uris=[], **fields)


def a_page(**fields: Any) -> Client:
    """A single-page application: it can keep no secret."""
    return a_client(kind=Client.Kind.PAGE, proof=Client.Proof.NONE, **fields)


def a_secret(client: Client, **fields: Any) -> str:
    secret = hashes.new_secret()
    ClientSecret.objects.create(client=client, hash=hashes.digest(secret), hint=secret[-4:], **fields)
    return secret


def a_session(person: Person, **methods: float) -> BrowserSession:
    now = clock.now()
    if not methods:
        Person.objects.filter(pk=person.pk).update(proved_email=person.email)
    return BrowserSession.objects.create(
        person=person,
        key_hash="0" * 64,
        data="",
        methods=methods or {"code": now.timestamp()},
        ends_at=now + timedelta(days=30),
    )


def a_code(client: Client, session: BrowserSession, **fields: Any) -> str:
    fields.setdefault("scope", "openid profile email offline_access")
    fields.setdefault("redirect_uri", CALLBACK)
    return actions.begin_grant(
        client=client,
        person=session.person,
        session=session,
        challenge=pkce.challenge_of(VERIFIER),
        **fields,
    )
