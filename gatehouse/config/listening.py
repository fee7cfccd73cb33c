"""Where the portal listens, and the address people type to reach it. No Django."""

import http.client
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

from gatehouse.config import env

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  compared with, not bound to


@dataclass(frozen=True)
class Address:
    host: str
    port: int
    tls: bool

    @property
    def url(self) -> str:
        """What people on this machine or in this network type; the standard port is not written."""
        scheme, standard = ("https", 443) if self.tls else ("http", 80)
        name = env.text("GATEHOUSE_SERVER_NAME") or (network_address() if self.host in EVERYWHERE else self.host)
        name = f"[{name}]" if ":" in name else name
        return f"{scheme}://{name}" if self.port == standard else f"{scheme}://{name}:{self.port}"

    def beside(self) -> "Address":
        """The next port that is free here, without TLS, for the demo's sample service."""
        for port in range(self.port + 1, min(self.port + 20, env.LAST_PORT + 1)):
            there = replace(self, port=port, tls=False)
            with suppress(env.SettingWrong):
                there.refuse_if_taken()
                return there
        raise env.SettingWrong(f"No port is free beside {self.port}. Choose another PORT.")

    @property
    def nearby(self) -> str:
        """The host to connect to from this machine."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    def is_answering(self) -> bool:
        """Whether the portal answers there; our own certificate need not be trusted for that."""
        connection = http.client.HTTPConnection(self.nearby, self.port, timeout=2)
        if self.tls:
            unverified = ssl._create_unverified_context()  # noqa: S323, SLF001
            connection = http.client.HTTPSConnection(self.nearby, self.port, timeout=2, context=unverified)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def refuse_if_taken(self) -> None:
        """Raise `SettingWrong`, in plain words, when another process listens there or we may not."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise env.SettingWrong(
                    f"Cannot listen on {self.host}:{self.port} ({error.strerror}). Choose another port, such as PORT={self.port + 1}."
                ) from error


def chosen(*, host: str | None = None, port: int | None = None, tls: bool = False) -> Address:
    """From the command line, else HOST, PORT and TLS, else as the portal was started last time."""
    last = urlsplit(env.text("GATEHOUSE_LISTENS_AT", "http://127.0.0.1:8000"))
    was_tls = last.scheme == "https"
    return Address(
        host=host or env.text("HOST") or env.text("GATEHOUSE_LISTENS_ON", "127.0.0.1"),
        port=port or env.port("PORT", last.port or (443 if was_tls else 80)),
        tls=tls or env.flag("TLS", default=was_tls),
    )


def remember(address: Address, *, mode: str) -> str:
    """Keep the address where every command of this portal finds it; return the base URL that now holds.

    A demo has no other address; elsewhere GATEHOUSE_BASE_URL, where somebody set it, says what people type.
    """
    if mode == "production":
        return env.text("GATEHOUSE_BASE_URL").rstrip("/")
    kept = {"GATEHOUSE_LISTENS_AT": address.url, "GATEHOUSE_LISTENS_ON": address.host}
    if mode == "demo":
        kept["GATEHOUSE_BASE_URL"] = address.url
    env.write_settings(kept)
    return kept.get("GATEHOUSE_BASE_URL") or env.text("GATEHOUSE_BASE_URL", address.url).rstrip("/")


def network_address() -> str:
    """This machine's address in its network; nothing is sent to find it. Alone in the world it is 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1 (RFC 5737); connecting UDP only picks the outgoing interface
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
