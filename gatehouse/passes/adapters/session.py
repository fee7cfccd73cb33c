"""One HTTP/2 connection on which pushes are asked and answered, many at a time.

HTTP/2 is RFC 9113. The socket never blocks: what can be written is written, what has come is read, else one waits for
either, and no longer than the oldest push may still wait for its answer.
"""

import select
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings
from hpack import HeaderTuple, HPACKError

from gatehouse.passes import pushes
from gatehouse.passes.adapters.frames import Broken, Farewell, Frames
from gatehouse.passes.pushes import LOST, Outcome, TopicRefused, Unreachable

BODY = b"{}"
MOST = 1000  # in flight, however many the server allows: what a broken connection makes us send again
LONGEST_ANSWER = 4096  # bytes; Apple's are below 100
CHUNK = 65536


class Limits(NamedTuple):
    """Seconds: to connect and agree on HTTP/2; to answer one push."""

    to_connect: float = 10
    to_answer: float = 30


@dataclass(slots=True)
class Asked:
    """A push in flight."""

    token: str
    at: float
    status: int = 0
    body: bytearray = field(default_factory=bytearray)


def connect(host: str, port: int, context: ssl.SSLContext, limits: Limits) -> "Session":
    """Connect, shake hands, and hear the server's SETTINGS. Raises `Unreachable` or `TopicRefused`."""
    try:
        plain = socket.create_connection((host, port), timeout=limits.to_connect)
    except OSError as error:
        raise Unreachable(f"{host}:{port} does not answer: {_words(error)}") from error
    try:
        secure = context.wrap_socket(plain, server_hostname=host)
    except OSError as error:
        plain.close()
        raise _refusal(host, error) from error
    session = Session(secure, host, limits)
    try:
        session.begin()
    except BaseException:
        session.close()
        raise
    return session


def _refusal(host: str, error: OSError) -> Unreachable | TopicRefused:
    """An alert of TLS is the server's no to our certificate; with TLS 1.3 it comes after the handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable(f"{host} has a certificate that nobody we trust vouches for: {error.verify_message}")
    if isinstance(error, ssl.SSLError) and "ALERT" in (error.reason or ""):
        return TopicRefused(f"{host} refuses our certificate: {(error.reason or '').replace('_', ' ').lower()}")
    return Unreachable(f"{host} does not agree on TLS: {_words(error)}")


def _words(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(said).split())[:200]


class Session:
    """`ask` while there is `room`, then `exchange` until nothing is in flight. `answered` counts what came of it."""

    def __init__(self, secure: ssl.SSLSocket, host: str, limits: Limits) -> None:
        self.host, self.limits = host, limits
        self.in_flight: dict[int, Asked] = {}  # by stream, the oldest first
        self.unheard: list[str] = []  # tokens that the server said good-bye before, to be asked elsewhere
        self.answered, self.is_leaving, self.reason = 0, False, ""
        self._socket, self._frames = secure, Frames()
        self._out = bytearray()
        self._bodiless: list[int] = []  # streams whose body waits for the server's window
        self._is_settled, self._heard_at = False, time.monotonic()
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self._h2.local_settings = Settings(
            client=True,
            initial_values={
                SettingCodes.ENABLE_PUSH: 0,
                SettingCodes.MAX_HEADER_LIST_SIZE: H2Connection.DEFAULT_MAX_HEADER_LIST_SIZE,
            },
        )

    def begin(self) -> None:
        """Say hello and wait for the server's SETTINGS, which tell how many streams it wants."""
        if self._socket.selected_alpn_protocol() != "h2":
            raise Unreachable(f"{self.host} does not speak HTTP/2")
        self._socket.setblocking(False)
        self._h2.initiate_connection()
        deadline = time.monotonic() + self.limits.to_connect
        try:
            while not self._is_settled:
                self._turn(deadline)
        except Broken as broken:
            raise self._turned_away(broken) from broken

    def _turned_away(self, broken: Broken) -> Unreachable | TopicRefused:
        if isinstance(broken.__cause__, ssl.SSLError):
            return _refusal(self.host, broken.__cause__)
        return Unreachable(f"{self.host} ended the connection before the first push: {self.reason or broken}")

    @property
    def room(self) -> int:
        """How many pushes may be asked now."""
        if self.is_leaving or len(self._out) > CHUNK or self._bodiless:
            return 0
        return min(self._h2.remote_settings.max_concurrent_streams, MOST) - len(self.in_flight)

    def ask(self, path: HeaderTuple, token: str, headers: list[tuple[bytes, bytes]]) -> None:
        """Open a stream; what is written goes out with the next `exchange`. Raises `Broken`, and then it was not asked."""
        try:
            stream = self._h2.get_next_available_stream_id()
            self._h2.send_headers(stream, [*headers[:3], path, *headers[3:]])
            self.in_flight[stream] = Asked(token, time.monotonic())
            self._send_body(stream)
        except H2Error as error:
            raise Broken(f"HTTP/2 allows no more: {type(error).__name__}") from error

    def exchange(self) -> list[Outcome]:
        """Write, wait, read; give what was answered meanwhile. Raises `Broken`."""
        oldest = next(iter(self.in_flight.values()), None)
        return self._turn((oldest.at if oldest else self._heard_at) + self.limits.to_answer)

    def abandon(self) -> list[str]:
        """The tokens in flight, of which nobody will hear; nothing more can be asked here."""
        tokens, self.is_leaving = [asked.token for asked in self.in_flight.values()], True
        self.in_flight.clear()
        return tokens

    def close(self) -> None:
        self._socket.close()

    def _send_body(self, stream: int) -> None:
        if self._h2.local_flow_control_window(stream) < len(BODY):
            self._bodiless.append(stream)
        else:
            self._h2.send_data(stream, BODY, end_stream=True)

    def _turn(self, deadline: float) -> list[Outcome]:
        try:
            self._write()
            if not (data := self._read()):
                self._wait(deadline)
                data = self._read()
            if time.monotonic() > deadline:  # it speaks, but not of our pushes
                raise Broken("the server did not answer in time")
            return self._heard(data)
        except (H2Error, HPACKError) as error:
            raise Broken(f"the server does not keep to HTTP/2: {type(error).__name__}") from error
        except OSError as error:
            raise Broken(f"the connection broke: {_words(error)}") from error

    def _write(self) -> None:
        self._out += self._h2.data_to_send()
        while self._out:
            try:
                sent = self._socket.send(self._out)
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return
            del self._out[:sent]

    def _read(self) -> bytes:
        """All that is there; nothing yet is empty."""
        pieces = []
        try:
            while piece := self._socket.recv(CHUNK):
                pieces.append(piece)
                if len(pieces) == 16:  # whoever floods us is heard in turns
                    return b"".join(pieces)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return b"".join(pieces)
        except OSError:
            if not pieces:
                raise
        if pieces:  # the end is met again when these are heard
            return b"".join(pieces)
        raise Broken(f"the server ended the connection {self.reason}".strip())

    def _wait(self, deadline: float) -> None:
        seconds = deadline - time.monotonic()
        writing = [self._socket] if self._out else []
        if seconds <= 0 or not any(select.select([self._socket], writing, [], seconds)[:2]):
            raise Broken("the server did not answer in time")

    def _heard(self, data: bytes) -> list[Outcome]:
        frames, farewells = self._frames.cut(data)
        outcomes = [outcome for event in self._h2.receive_data(frames) for outcome in self._on(event)]
        for farewell in farewells:
            self._leave(farewell)
        if outcomes:
            self.answered, self._heard_at = self.answered + len(outcomes), time.monotonic()
        return outcomes

    def _on(self, event: Event) -> list[Outcome]:
        if isinstance(event, (RemoteSettingsChanged, WindowUpdated)):
            self._is_settled |= isinstance(event, RemoteSettingsChanged)
            self._send_held_bodies()
        elif isinstance(event, DataReceived):
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        asked = self.in_flight.get(getattr(event, "stream_id", None) or 0)
        return self._answer(event, asked) if asked else []

    def _answer(self, event: Event, asked: Asked) -> list[Outcome]:
        if isinstance(event, ResponseReceived):
            asked.status = _status(event)
        elif isinstance(event, DataReceived):
            asked.body += event.data
            if len(asked.body) > LONGEST_ANSWER:
                self._h2.reset_stream(event.stream_id, ErrorCodes.CANCEL)
                return [self._done(event.stream_id, LOST, "the answer was too long")]
        elif isinstance(event, StreamEnded):
            return [self._done(event.stream_id, asked.status)]
        elif isinstance(event, StreamReset):
            return [self._done(event.stream_id, LOST, "the server took the push back")]
        return []

    def _done(self, stream: int, status: int, why: str = "") -> Outcome:
        asked = self.in_flight.pop(stream)
        if stream in self._bodiless:
            self._bodiless.remove(stream)
        return Outcome(asked.token, LOST, why) if why else pushes.read(asked.token, status, bytes(asked.body))

    def _send_held_bodies(self) -> None:
        held, self._bodiless = self._bodiless, []
        for stream in held:
            self._send_body(stream)

    def _leave(self, farewell: Farewell) -> None:
        """Ask nothing more here; what the server says it has not looked at is asked again, elsewhere (RFC 9113, 6.8)."""
        self.is_leaving, self.reason = True, farewell.reason or self.reason
        for stream in [stream for stream in self.in_flight if stream > farewell.last_stream]:
            self.unheard.append(self.in_flight.pop(stream).token)
            if stream in self._bodiless:
                self._bodiless.remove(stream)


def _status(event: ResponseReceived) -> int:
    """Without three digits it is none that we know."""
    said = next((value for name, value in event.headers if name == b":status"), b"")
    return int(said) if len(said) == 3 and said.isdigit() else 599
