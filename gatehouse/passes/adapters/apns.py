"""Apple's push service: HTTP/2 under the pass type's own certificate, one connection for all its pushes.

Apple, "Sending notification requests to APNs". Passes are told of changes by an empty payload; see docs/decisions/0013.
"""

import re
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from hpack import NeverIndexedHeaderTuple

from gatehouse.passes.adapters import session
from gatehouse.passes.adapters.frames import Broken
from gatehouse.passes.adapters.identity import present
from gatehouse.passes.adapters.session import Limits, Session
from gatehouse.passes.pushes import LOST, Outcome, TopicRefused, Unreachable

PATIENCE = 2  # connections that came to nothing, one after another
TOKEN = re.compile(r"(?=.*[0-9A-Za-z])[0-9A-Za-z._~:+=-]{1,200}")


@dataclass(frozen=True)
class Way:
    """Where pushes go and what is said with each. `ca` is a file of trusted certificates, else the system's are trusted.

    `seconds` is how long a call of `push` goes on asking; what is in flight then still has its time to be answered.
    """

    address: str
    topic: str
    chain: bytes
    key: bytes
    ca: str = ""
    push_type: str = ""
    priority: str = ""
    seconds: float = 120
    limits: Limits = Limits()  # noqa: RUF009  a NamedTuple never changes


class ApnsServer:
    """Opens its connection with the first push and keeps it until `close`."""

    def __init__(self, way: Way) -> None:
        self.way = way
        where = urlsplit(way.address)
        self._host, self._port = where.hostname or "", where.port or 443
        self._headers = _headers(way, where.netloc.removesuffix(":443"))
        self._context: ssl.SSLContext | None = None
        self._session: Session | None = None

    def push(self, tokens: Iterable[str]) -> Iterator[Outcome]:
        """See `pushes.Pushes`. A connection that ended is opened again, unless `PATIENCE` of them came to nothing."""
        feed, in_vain = _Feed(tokens, until=time.monotonic() + self.way.seconds), 0
        try:
            while feed.has_more():
                current = self._open()
                yield from self._converse(current, feed)
                in_vain = 0 if current.answered else in_vain + 1
                if in_vain == PATIENCE:
                    raise Unreachable(f"{self._host} answers nothing: {current.reason}")
        finally:
            if self._session and self._session.in_flight:  # nobody listens to the rest
                self.close()

    def close(self) -> None:
        if self._session:
            self._session.close()
        self._session = None

    def _open(self) -> Session:
        if self._session is None:
            self._context = self._context or _context(self.way)
            self._session = session.connect(self._host, self._port, self._context, self.way.limits)
        return self._session

    def _converse(self, current: Session, feed: "_Feed") -> Iterator[Outcome]:
        """Ask and hear until all is answered, or the connection has ended.

        What was in flight then is lost; but where a connection never answered anything, it is asked again on the next.
        """
        try:
            while current.in_flight or (feed.has_more() and not current.is_leaving):
                yield from self._ask(current, feed)
                if current.in_flight or feed.has_more():
                    yield from current.exchange()
        except Broken as broken:
            current.reason = current.reason or str(broken)
            lost = current.abandon()
            if current.answered:
                yield from [Outcome(token, LOST, str(broken)) for token in lost]
            else:
                feed.again(lost)
        feed.again(current.unheard)
        if current.is_leaving:
            self.close()

    def _ask(self, current: Session, feed: "_Feed") -> Iterator[Outcome]:
        while current.room > 0 and (token := feed.next()) is not None:
            if not TOKEN.fullmatch(token):
                yield Outcome(token, 400, "BadDeviceToken")  # it would not even fit into the address
                continue
            path = NeverIndexedHeaderTuple(b":path", b"/3/device/" + token.encode())  # nor will hpack log it
            current.ask(path, token, self._headers)


class _Feed:
    """Tokens still to be asked: those that come back first, then the next of the caller's, until the time is over."""

    def __init__(self, tokens: Iterable[str], *, until: float) -> None:
        self._tokens, self._until = iter(tokens), until
        self._next: list[str] = []

    def has_more(self) -> bool:
        if time.monotonic() > self._until:
            return False
        if not self._next:
            self._next = [token for token in [next(self._tokens, None)] if token is not None]
        return bool(self._next)

    def next(self) -> str | None:
        return self._next.pop() if self.has_more() else None

    def again(self, tokens: Iterable[str]) -> None:
        self._next += tokens


def _headers(way: Way, authority: str) -> list[tuple[bytes, bytes]]:
    """All but `:path`, which stands after the first three."""
    said = {":method": "POST", ":scheme": "https", ":authority": authority, "apns-topic": way.topic}
    said |= {"apns-push-type": way.push_type, "apns-priority": way.priority}
    return [(name.encode(), value.encode()) for name, value in said.items() if value]


def _context(way: Way) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=way.ca or None)
    except OSError as error:
        raise Unreachable(f"The file of trusted certificates {way.ca} cannot be read.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    try:
        present(context, chain=way.chain, key=way.key)
    except ValueError as error:
        raise TopicRefused(str(error)) from error
    return context
