"""Authorization requests that are pushed, opened by one browser, and used up by their answer (RFC 9126)."""

from django.db.models import Q, QuerySet

from gatehouse.core import clock, sealing
from gatehouse.identity.oidc import hashes
from gatehouse.identity.oidc.models import Client, PushedRequest
from gatehouse.identity.oidc.refusals import RequestUriUnusable


def push_request(*, client: Client, query: str) -> str:
    """Keep a request that was checked, as a query string; give its `request_uri`, of 256 random bits."""
    name = hashes.new_secret()
    PushedRequest.objects.create(
        hash=hashes.digest(name),
        client=client,
        sealed=sealing.seal(query.encode(), purpose=PushedRequest.SEALED_FOR),
        expires_at=clock.now() + PushedRequest.LIFETIME,
    )
    return f"{PushedRequest.PREFIX}{name}"


def open_pushed(*, client: Client, request_uri: str, browser: str) -> str:
    """The query string that this client pushed, for the browser (by a secret of its own) that opens it first.

    The same browser may open it again until it is answered. Raises `RequestUriUnusable`.
    """
    rows = _rows(request_uri).filter(client=client, used_at=None, expires_at__gt=clock.now())
    whose = hashes.digest(browser)
    row = rows.filter(Q(browser_hash="") | Q(browser_hash=whose)).first()
    if row is None or not (row.browser_hash or _take(row, whose)):
        raise RequestUriUnusable
    return sealing.unseal(bytes(row.sealed), purpose=PushedRequest.SEALED_FOR).decode()


def use_pushed(*, request_uri: str) -> None:
    """It is answered now, and never again; raises `RequestUriUnusable` for all but the first."""
    if not _rows(request_uri).filter(used_at=None).update(used_at=clock.now()):
        raise RequestUriUnusable


def _take(row: PushedRequest, whose: str) -> bool:
    """Two tabs of one browser that open it at the same moment both have it."""
    now = clock.now()
    here = PushedRequest.objects.filter(pk=row.pk, used_at=None, expires_at__gt=now)
    taken = here.filter(browser_hash="").update(browser_hash=whose, expires_at=now + PushedRequest.OPEN_FOR)
    return bool(taken) or here.filter(browser_hash=whose).exists()


def _rows(request_uri: str) -> QuerySet[PushedRequest]:
    name = request_uri.removeprefix(PushedRequest.PREFIX)
    return PushedRequest.objects.filter(hash=hashes.digest(name))
