"""The session engine: what a cookie opens is found by its id and proved by its token, of which we keep the hash."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import transaction

from gatehouse.core import clock, limits, origin
from gatehouse.core.events import publish
from gatehouse.identity import agents, tokens
from gatehouse.identity.actions.sessions import forget_sessions
from gatehouse.identity.events import SessionsEnded
from gatehouse.identity.models import BrowserSession

SEEN_EVERY = timedelta(minutes=1)


class SessionStore(SessionBase):
    """Django's session, in rows that a person can read as "Firefox on Linux, since Monday" and end."""

    row: BrowserSession | None = None
    ends_because = "signed-out"  # what `delete` announces

    @classmethod
    def clear_expired(cls) -> None:
        """Django's `clearsessions`: as the sweep does it, for other services end with them."""
        while forget_sessions():
            pass

    def get_session_cookie_age(self) -> int:
        """The cookie may outlive the row: when a session ends is decided here, not by the browser."""
        return int(settings.SESSION_LONGEST_AGE)

    def exists(self, session_key: str) -> bool:
        return _row(session_key) is not None

    def load(self) -> dict[str, Any]:
        self.row = _row(self.session_key)
        if self.row is None:
            self._session_key = None
            return {}
        _mark_seen(self.row)
        return self.decode(self.row.data)

    def create(self) -> None:
        self._session_key = str(tokens.new(uuid4()))
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        token = tokens.parse(self.session_key)
        if token is None:
            raise UpdateError
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # not in the stubs
        fields = {"data": self.encode(data), **_known_of(data)}
        if must_create:
            fields |= _from_here() | _beginning(fields)
            self.row = BrowserSession.objects.create(id=token.id, key_hash=token.digest, **fields)
            return None
        if fields["person_id"] and not (self.row and self.row.person_id):
            fields |= _from_here() | _beginning(fields)
        elif self.row and fields["methods"] != self.row.methods:  # a keyfob's session lasts when more is proved
            row = self.row
            ends_at = BrowserSession.end(began_at=row.began_at, seen_at=clock.now(), methods=fields["methods"])
            fields |= {"ends_at": ends_at}
        if not BrowserSession.objects.filter(pk=token.id, key_hash=token.digest).update(**fields):
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        """What signing out comes down to; other services end with it."""
        token = tokens.parse(session_key or self.session_key)
        row = BrowserSession.objects.filter(pk=token.id, key_hash=token.digest).first() if token else None
        if token is None or row is None:
            return
        with transaction.atomic():
            row.delete()
            if row.person_id:
                publish(SessionsEnded((token.id,), (row.person_id,), self.ends_because))

    def cycle_key(self) -> None:
        """A new token for the same row; the old one opens nothing from now on (session fixation)."""
        data = self._session  # type: ignore[attr-defined]  # not in the stubs
        old = tokens.parse(self.session_key)
        if old:
            new = tokens.new(old.id)
            if BrowserSession.objects.filter(pk=old.id, key_hash=old.digest).update(key_hash=new.digest):
                self._session_key = str(new)
                self.modified = True
                return
        self.create()
        self._session_cache = data


def _row(session_key: str | None) -> BrowserSession | None:
    token = tokens.parse(session_key)
    row = BrowserSession.objects.filter(pk=token.id, ends_at__gt=clock.now()).first() if token else None
    return row if token and row and token.fits(row.key_hash) else None


def _mark_seen(row: BrowserSession) -> None:
    """At most once a minute, so that reading a page does not cost a write each time."""
    now = clock.now()
    if now - row.seen_at < SEEN_EVERY or row.person_id is None:
        return
    ends_at = BrowserSession.end(began_at=row.began_at, seen_at=now, methods=row.methods)
    same = BrowserSession.objects.filter(pk=row.pk, seen_at=row.seen_at)
    same.update(seen_at=now, ends_at=ends_at, **_from_here())


def _beginning(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A stranger's is short: anybody can have us write one, and none holds more than the way to the gate."""
    now = clock.now()
    if fields["person_id"] is None:
        ends_at = now + BrowserSession.OF_STRANGERS
    else:
        ends_at = BrowserSession.end(began_at=now, seen_at=now, methods=fields["methods"])
    return {"began_at": now, "seen_at": now, "ends_at": ends_at}


def _from_here() -> dict[str, str]:
    here = origin.current()
    browser, system = agents.summary(here.agent)
    return {"network": limits.network(here.address), "browser": browser, "system": system}


def _known_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Person and methods, written out of the session's data, so that they can be asked for and listed."""
    records = data.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return {"person_id": data.get(SESSION_KEY), "methods": {record["method"]: record["at"] for record in records}}
