"""A stand-in for Apple's push service in a process of its own, which answers as a test tells it to.

Real HTTP/2 with TLS. It wants a client certificate of the test's own authority and a topic that is the certificate's UID.
It encodes our reading of Apple's rules; it cannot show that Apple agrees. A push is on record before its answer is sent.
"""

import argparse
import asyncio
import contextlib
import json
import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import GoAwayFrame, PingFrame

from tests.services import ROOT, accepts, certificates, free_port, running

TOPIC = "pass.org.example.garden"


@dataclass(frozen=True)
class Answer:
    """What to say instead of 200, to tokens that contain `token`. `times`: how often, then 200; None is for ever.

    `how`: "early" is said before the body came, which the stream's window then holds back; "reset" ends the stream without
    an answer, "never" leaves it open, "long" sends a body without end, "odd" one that is no JSON.
    """

    status: int = 200
    reason: str = ""
    token: str = ""
    timestamp: int | None = None
    times: int | None = None
    how: Literal["", "early", "reset", "never", "long", "odd"] = ""


@dataclass(frozen=True)
class Break:
    """What happens to a connection at its push number `after` (0: before anything), on its first `times` connections.

    "goaway" says good-bye with this reason, answers `kept` more and none after those; "cut" drops the connection;
    "garbage" goes on in something that is not HTTP/2; "silent" says nothing any more; "pings" says nothing else any more.
    """

    how: Literal["goaway", "cut", "garbage", "silent", "pings"]
    after: int = 0
    times: int | None = 1
    reason: str = ""
    kept: int = 0


@dataclass
class Script:
    """What the server's process is told at its start. `window` is what a stream may send before it is asked for more."""

    folder: str
    port: int
    answers: list[dict[str, Any]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    streams: int = 100
    window: int = 65535
    delay: float = 0.0
    alpn: str = "h2"


class Server:
    """State that all connections share: what is left of the script, and the record."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.answers = [Answer(**answer) for answer in script.answers]
        self.breaks = [Break(**told) for told in script.breaks]
        self.left = {id(one): one.times for one in (*self.answers, *self.breaks)}
        self.connections = 0
        self.record_to = os.open(f"{script.folder}/record.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def answer(self, token: str) -> Answer:
        due = (one for one in self.answers if one.token in token and self.spend(one))
        return next(due, Answer())

    def spend(self, one: Answer | Break) -> bool:
        left = self.left[id(one)]
        if left:
            self.left[id(one)] = left - 1
        return left != 0

    def record(self, **entry: object) -> None:
        os.write(self.record_to, json.dumps(entry).encode() + b"\n")  # one write, so that lines stay whole

    async def serve(self) -> None:
        folder = self.script.folder
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=f"{folder}/root.pem")
        context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server-key.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols([self.script.alpn])
        server = await asyncio.start_server(self.meet, "127.0.0.1", self.script.port, ssl=context)
        async with server:
            await server.serve_forever()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, ssl.SSLError, ProtocolError):
            await Connection(self, reader, writer).talk()
        writer.transport.abort()


@dataclass
class Asked:
    token: str
    headers: dict[str, str]
    body: bytes = b""


class Connection:
    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.number, self.heard, self.last = server.connections, 0, 2**31 - 1
        self.open: dict[int, Asked] = {}
        subject = {key: value for part in writer.get_extra_info("peercert")["subject"] for key, value in part}
        self.uid = subject.get("userId", "")
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        limits = {
            SettingCodes.MAX_CONCURRENT_STREAMS: server.script.streams,
            SettingCodes.INITIAL_WINDOW_SIZE: 65535,
        }
        self.h2.local_settings = Settings(client=False, initial_values=limits)

    async def talk(self) -> None:
        self.server.record(connection=self.number, uid=self.uid)
        if await self._breaks():
            return
        self.h2.initiate_connection()
        if self.server.script.window != 65535:
            self.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: self.server.script.window})
        await self._flush()
        while data := await self.reader.read(2**18):
            ended = [stream for event in self.h2.receive_data(data) if (stream := self._on(event)) is not None]
            if self.server.script.delay:
                await asyncio.sleep(self.server.script.delay)
            for stream in ended:
                self.heard += 1
                if await self._breaks():
                    return
                if stream <= self.last:
                    self._answer(stream, self.open.pop(stream))
            await self._flush()

    def _on(self, event: Event) -> int | None:
        """The stream that this event completes."""
        if isinstance(event, RequestReceived):
            headers = dict(event.headers)
            self.open[event.stream_id] = Asked(headers[":path"].removeprefix("/3/device/"), headers)
            self._record(event.stream_id)
            if any(answer.how == "early" for answer in self.server.answers):
                self.h2.send_headers(event.stream_id, [(":status", "200")], end_stream=True)
                self.h2.reset_stream(event.stream_id, ErrorCodes.NO_ERROR)  # RFC 9113, 8.1
                del self.open[event.stream_id]
            elif (missing := 2 - self.server.script.window) > 0:
                self.h2.increment_flow_control_window(missing, event.stream_id)
        elif isinstance(event, DataReceived):
            self.open[event.stream_id].body += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        return event.stream_id if isinstance(event, StreamEnded) else None

    def _record(self, stream: int) -> None:
        asked = self.open[stream]
        headers = {name: value for name, value in asked.headers.items() if name != ":path"}
        self.server.record(connection=self.number, token=asked.token, headers=headers, open=len(self.open))

    def _answer(self, stream: int, asked: Asked) -> None:
        refusal = self._refusal(asked)
        answer = refusal or self.server.answer(asked.token)
        self.server.record(connection=self.number, answered=asked.token, status=answer.status, how=answer.how)
        if answer.how == "reset":
            self.h2.reset_stream(stream)
        elif answer.how != "never":
            self.h2.send_headers(stream, [(":status", str(answer.status))], end_stream=answer == Answer())
            if answer != Answer():
                self._send_body(stream, answer)

    def _refusal(self, asked: Asked) -> Answer | None:
        if asked.headers[":method"] != "POST":
            return Answer(405, "MethodNotAllowed")
        if asked.headers.get("apns-topic") != self.uid:
            return Answer(400, "TopicDisallowed")
        return None if asked.body == b"{}" else Answer(400, "PayloadEmpty")

    def _send_body(self, stream: int, answer: Answer) -> None:
        told: dict[str, object] = {"reason": answer.reason}
        if answer.timestamp is not None:
            told["timestamp"] = answer.timestamp
        body = {"long": b" " * 16384, "odd": b'{"reason": ["\xff\x00'}.get(answer.how, json.dumps(told).encode())
        self.h2.send_data(stream, body, end_stream=answer.how != "long")

    async def _breaks(self) -> bool:
        """Do what is due at this push; True when the connection is over for good."""
        for told in self.server.breaks:
            if told.after == self.heard and self.server.spend(told):
                return bool(await getattr(self, f"_break_by_{told.how}")(told))
        return False

    async def _break_by_goaway(self, told: Break) -> bool:
        """h2 would answer nothing any more after a GOAWAY of its own, so the frame is written past it."""
        self.last = [max(min(self.open) - 2, 0), *sorted(self.open)][min(told.kept, len(self.open))]
        farewell = GoAwayFrame(0, last_stream_id=self.last, error_code=0)
        farewell.additional_data = json.dumps({"reason": told.reason}).encode() if told.reason else b""
        await self._flush()
        self.writer.write(farewell.serialize())
        await self.writer.drain()
        return False

    async def _break_by_cut(self, told: Break) -> bool:
        await self._flush()
        return True

    async def _break_by_garbage(self, told: Break) -> bool:
        await self._flush()
        self.writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>no</html>" * 20)
        await self.writer.drain()
        await self.reader.read()
        return True

    async def _break_by_silent(self, told: Break) -> bool:
        while await self.reader.read(2**16):
            pass
        return True

    async def _break_by_pings(self, told: Break) -> bool:
        self.h2.initiate_connection()
        await self._flush()
        while not self.writer.is_closing():
            self.writer.write(PingFrame(0, opaque_data=b"gatehous").serialize())
            await self.writer.drain()
            await asyncio.sleep(0.02)
        return True

    async def _flush(self) -> None:
        self.writer.write(self.h2.data_to_send())
        await self.writer.drain()


@dataclass(frozen=True)
class Apns:
    """The running server, from outside. `certificate` is what its authority would give to our pass type."""

    port: int
    folder: Path
    root: certificates.Issued
    certificate: certificates.Issued

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self) -> str:
        return str(self.folder / "root.pem")

    @property
    def record(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "record.jsonl").read_text().splitlines()]

    @property
    def tokens(self) -> list[str]:
        """Those that were pushed to, as often and in the order in which the pushes came."""
        return [line["token"] for line in self.record if "token" in line]

    @property
    def connections(self) -> int:
        return sum("uid" in line for line in self.record)

    @property
    def most_in_flight(self) -> int:
        return max((line["open"] for line in self.record if "open" in line), default=0)


@contextlib.contextmanager
def apns(
    *told: Answer | Break,
    streams: int = 100,
    window: int = 65535,
    delay: float = 0.0,
    alpn: str = "h2",
    topic: str = TOPIC,
    ends_in: timedelta = certificates.DAY,
) -> Iterator[Apns]:
    """Run the server. `delay` is how many seconds each answer takes, `ends_in` when the certificate expires."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-apns-") as name:
        folder, port, root = Path(name), free_port(), certificates.authority()
        root.write(folder, "root")
        certificates.server(root).write(folder, "server")
        (folder / "record.jsonl").touch()
        script = Script(
            folder=name,
            port=port,
            answers=[asdict(one) for one in told if isinstance(one, Answer)],
            breaks=[asdict(one) for one in told if isinstance(one, Break)],
            streams=streams,
            window=window,
            delay=delay,
            alpn=alpn,
        )
        command = [sys.executable, "-m", "tests.services.apns", json.dumps(asdict(script))]
        with running(command, ready=lambda: accepts(port), log=folder / "log", cwd=ROOT):
            yield Apns(port, folder, root, certificates.client(root, topic, ends_in=ends_in))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", help="a Script, as JSON")
    told = json.loads(parser.parse_args().script)
    asyncio.run(Server(Script(**told)).serve())


if __name__ == "__main__":
    main()
