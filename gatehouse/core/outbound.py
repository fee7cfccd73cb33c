"""HTTP to the outside: with an end to waiting and to size, no redirects, and no way into the house. No Django.

Two kinds of address. One that whoever runs the portal wrote into the settings may be anywhere. One that somebody typed
into a page (a webhook) is only followed where the whole internet could follow it: the name is resolved here, every one of
its addresses must be public, and the connection goes to that address, so that a second answer of the DNS changes nothing.
"""

import ipaddress
import json
import random
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
WORTH_ANOTHER_TRY = frozenset({429, 502, 503, 504})
PAUSE = 0.4  # seconds before the second try; doubled before each further one
AGENT = "Gatehouse"
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class Unreachable(OSError):
    """No answer, or none in time: nobody knows whether the other side acted."""


class TooLarge(Unreachable):
    """The answer is longer than whoever asked will read."""


class NotPublic(ValueError):
    """The address leads to this machine, its network or nowhere; nothing was sent."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass
class Outside:
    """A client. `may_be_private` is for addresses from the settings; `seconds` bounds one try from begin to end.

    Idempotent calls are tried `tries` times, with a pause between, when there is no answer or one that asks for patience.
    """

    may_be_private: bool = False
    seconds: float = 10
    at_most: int = 1_000_000  # bytes of an answer
    tries: int = 3
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # Proxies of the environment are for whom the settings name; a guarded call must know where it ends.
        self.client = httpx.Client(
            timeout=httpx.Timeout(self.seconds, connect=min(self.seconds, 5)),
            follow_redirects=False,
            trust_env=self.may_be_private,
            transport=None if self.may_be_private else Guarded(httpx.HTTPTransport(retries=0)),
            headers={"User-Agent": AGENT},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        self.client.close()

    def call(self, method: str, url: str, *, pause: Callable[[float], None] = time.sleep, **sent: Any) -> Answer:
        """Send (`json`, `data`, `content`, `headers`, `params` as httpx takes them) and read the answer whole.

        Raises `Unreachable`, `TooLarge` and `NotPublic`; every answer of the other side is an `Answer`, errors too.
        """
        left = self.tries if method.upper() in IDEMPOTENT else 1
        while True:
            left -= 1
            try:
                answer = self._once(method, url, sent)
            except TooLarge:
                raise
            except Unreachable:
                if not left:
                    raise
            else:
                if not left or answer.status not in WORTH_ANOTHER_TRY:
                    return answer
            pause(PAUSE * 2 ** (self.tries - left - 1) * random.uniform(1, 1.2))  # noqa: S311  jitter, not a secret

    def _once(self, method: str, url: str, sent: dict[str, Any]) -> Answer:
        deadline = time.monotonic() + self.seconds
        try:
            with self.client.stream(method, url, **sent) as response:
                body = self._read(response, deadline)
        except httpx.InvalidURL as error:
            raise NotPublic("no address") from error
        except httpx.UnsupportedProtocol as error:
            raise NotPublic("neither http nor https") from error
        except httpx.HTTPError as error:  # its text may hold the address, and with it what the address holds
            raise Unreachable(type(error).__name__) from error
        return Answer(response.status_code, response.headers, body)

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        body = bytearray()
        for some in response.iter_bytes(16_384):
            body += some
            if len(body) > self.at_most:
                raise TooLarge(f"more than {self.at_most} bytes")
            if time.monotonic() > deadline:
                raise Unreachable("the answer takes too long")
        return bytes(body)


class Guarded(httpx.BaseTransport):
    """A transport that looks a name up itself and goes nowhere but to public addresses."""

    def __init__(self, inner: httpx.BaseTransport, resolve: Callable[[str, int], list[str]] | None = None) -> None:
        self.inner, self.resolve = inner, resolve or addresses_of

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The name stays in the Host header and in the TLS handshake; the connection is made to the address."""
        name, url = request.url.host, request.url
        if url.scheme not in {"http", "https"} or not name:
            raise NotPublic("neither http nor https")
        port = url.port or (443 if url.scheme == "https" else 80)
        address = public_address(self.resolve(name, port))
        request.extensions = {**request.extensions, "sni_hostname": name}
        request.url = url.copy_with(host=address)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


def public_address(addresses: list[str]) -> str:
    """The first one, if all of them are public; raises `NotPublic`."""
    if not addresses:
        raise NotPublic("the name has no address")
    if not all(map(_is_public, addresses)):
        raise NotPublic("the address is not public")
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = _inside(ip) or ip
    return all(one.is_global and not one.is_multicast for one in (ip, inner))


def _inside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one carries along, if it does."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


def addresses_of(name: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("the name can't be resolved") from error
    return [str(one[4][0]) for one in found]
