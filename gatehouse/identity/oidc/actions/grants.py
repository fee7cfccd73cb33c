"""A grant begins with a sign-in at a service, and ends once, for one reason; with it end all tokens that name it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.identity import acr
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import hashes, pkce
from gatehouse.identity.oidc.actions.subjects import subject_of
from gatehouse.identity.oidc.models import Client, Code, Grant
from gatehouse.people.models import Person


@transaction.atomic
def begin_grant(
    *,
    client: Client,
    person: Person,
    session: BrowserSession,
    scope: str,
    redirect_uri: str,
    challenge: str,
    nonce: str = "",
    resource: str = "",
    wanted: Mapping[str, Any] | None = None,
    dpop_key: str = "",
) -> str:
    """Open a grant and give the code that redeems it once, within a minute; only its hash is kept.

    Whoever calls has checked the client, its address, the scope and consent; `wanted` is the claims parameter, as far
    as the person agreed, `dpop_key` the thumbprint of the key that alone redeems it (RFC 9449, section 10). Raises `ValueError` for a `challenge` that is not of PKCE S256: none is ever redeemed without.
    """
    if not pkce.is_challenge(challenge):
        raise ValueError("not a PKCE challenge")
    now = clock.now()
    grant = open_grant(
        client=client,
        person=person,
        session=session,
        scope=scope,
        nonce=nonce,
        resource=resource,
        wanted=wanted,
        dpop_key=dpop_key,
    )
    code = hashes.new_secret()
    Code.objects.create(
        hash=hashes.digest(code),
        grant=grant,
        redirect_uri=redirect_uri,
        challenge=challenge,
        expires_at=now + Code.LIFETIME,
    )
    return code


@transaction.atomic
def open_grant(
    *,
    client: Client,
    person: Person,
    session: BrowserSession | None,
    scope: str,
    methods: Mapping[str, float] | None = None,
    nonce: str = "",
    resource: str = "",
    wanted: Mapping[str, Any] | None = None,
    dpop_key: str = "",
) -> Grant:
    """A grant without a code, for doors that have their own way in; how sure it is follows from the session's methods.

    `methods` (method to the time of its last use, seconds since 1970) is for sign-ins without a session.
    """
    now = clock.now()
    methods = session.methods if session else methods or {}
    return Grant.objects.create(
        client=client,
        person=person,
        session=session.pk if session else None,
        subject=subject_of(person=person, client=client),
        scope=scope,
        resource=resource,
        nonce=nonce,
        acr=acr.acr_of(methods, now=now),
        amr=acr.amr_of(methods),
        signed_in_at=datetime.fromtimestamp(acr.signed_in_at(methods), UTC),
        wanted=dict(wanted or {}),
        dpop_key=dpop_key,
        made_at=now,
        ends_at=now + timedelta(days=client.refresh_days),
    )


def end_grants(*, where: Q, why: Grant.Ended) -> int:
    """End those of these grants that are open, with all their tokens, in one UPDATE; how many."""
    return Grant.objects.open().filter(where).update(ended_at=clock.now(), ended_why=why)
