"""A recording SMTP server in a process of its own, which answers as a test tells it to.

It speaks the SMTP that real clients use: RFC 5321 with PIPELINING (2920), SIZE (1870), 8BITMIME (6152),
SMTPUTF8 (6531), STARTTLS (3207) and AUTH PLAIN and LOGIN (4954). A letter is on record before its 250 is sent.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import os
import re
import ssl
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from tests.services import ROOT, accepts, free_port, running
from tests.services.certificates import self_signed

SIZE = 35_882_577
NOBODY = "554 5.5.1 No valid recipients"
HEADER = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"<([^>]*)>")

Moment = Literal["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "ACCEPT"]


@dataclass(frozen=True)
class Answer:
    """What to say instead of yes.

    `at`: the moment; ACCEPT is the answer to a whole letter, when 250 would be due. `line` is the reply, or "drop" to
    close the connection, or "record and drop" (at ACCEPT) to take the letter and die before saying so.
    `to`: only for recipients that contain this text. `times`: how often, then yes again; None is for ever.
    """

    at: Moment
    line: str
    to: str = ""
    times: int | None = None


@dataclass
class Script:
    """What the server's process is told at its start."""

    record: str
    port: int
    answers: list[dict[str, Any]] = field(default_factory=list)
    keep: bool = False
    login: tuple[str, str] | None = None
    tls: tuple[str, str] | None = None
    implicit_tls: bool = False


class Dropped(Exception):
    """The script asks for a broken connection."""


class Server:
    """State that all connections share: the script's remaining answers and the record."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.answers = [Answer(**answer) for answer in script.answers]
        self.left = [answer.times for answer in self.answers]
        self.record_to = os.open(script.record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.context: ssl.SSLContext | None = None
        if script.tls:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(*script.tls)

    def answer(self, at: Moment, recipients: list[str], default: str) -> str:
        """The scripted answer that is due here, else the default."""
        for index, answer in enumerate(self.answers):
            due = answer.at == at and self.left[index] != 0
            if due and (not answer.to or any(answer.to in recipient for recipient in recipients)):
                if (left := self.left[index]) is not None:
                    self.left[index] = left - 1
                return answer.line
        return default

    def record(self, sender: str, recipients: list[str], content: bytes) -> None:
        found = HEADER.search(content.partition(b"\r\n\r\n")[0])
        entry: dict[str, object] = {
            "message_id": found[1].decode(errors="replace") if found else None,
            "sender": sender,
            "recipients": recipients,
            "size": len(content),
        }
        if self.script.keep:
            entry["content"] = content.decode("latin-1")
        os.write(self.record_to, json.dumps(entry).encode() + b"\n")  # one write, so that lines stay whole

    async def serve(self) -> None:
        context = self.context if self.script.implicit_tls else None
        server = await asyncio.start_server(self.meet, "127.0.0.1", self.script.port, limit=2 * SIZE, ssl=context)
        async with server:
            await server.serve_forever()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(Dropped, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await Connection(self, reader, writer).talk()
            writer.close()
            return
        writer.transport.abort()


class Connection:
    """One client: a dispatch by verb, and the envelope so far."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.secure = server.script.implicit_tls
        self.known = server.script.login is None
        self.sender: str | None = None
        self.recipients: list[str] = []

    def say(self, line: str) -> None:
        if line == "drop":
            raise Dropped
        self.writer.write(line.encode() + b"\r\n")

    async def hear(self) -> str:
        return (await self.reader.readuntil(b"\r\n"))[:-2].decode(errors="replace")

    async def talk(self) -> None:
        self.say(self.server.answer("CONNECT", [], "220 sink.example.org ESMTP"))
        while True:
            verb, _, rest = (await self.hear()).partition(" ")
            act = getattr(self, f"on_{verb.lower()}", None)
            if act is None:
                self.say("500 5.5.1 No such command")
            else:
                await act(rest)
            if verb.upper() == "QUIT":
                return

    async def on_ehlo(self, rest: str) -> None:
        offers = ["sink.example.org", "PIPELINING", f"SIZE {SIZE}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        if self.server.context and not self.secure:
            offers.append("STARTTLS")
        if self.server.script.login and (self.secure or not self.server.context):
            offers.append("AUTH PLAIN LOGIN")
        greeting = [f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]
        self.say(self.server.answer("EHLO", [], "\r\n".join(greeting)))

    async def on_helo(self, rest: str) -> None:
        self.say("250 sink.example.org")

    async def on_noop(self, rest: str) -> None:
        self.say("250 2.0.0 Ok")

    async def on_quit(self, rest: str) -> None:
        self.say("221 2.0.0 Bye")

    async def on_rset(self, rest: str) -> None:
        self.sender, self.recipients = None, []
        self.say("250 2.0.0 Ok")

    async def on_starttls(self, rest: str) -> None:
        if not self.server.context or self.secure:
            self.say("502 5.5.1 Not here")
            return
        self.say("220 2.0.0 Go ahead")
        await self.writer.start_tls(self.server.context)
        self.secure = True

    async def on_auth(self, rest: str) -> None:
        method, _, initial = rest.partition(" ")
        if method.upper() == "PLAIN":
            _, name, password = (self._plain(initial or await self._ask("")) + "\0\0").split("\0")[:3]
        else:
            name = self._plain(initial or await self._ask("VXNlcm5hbWU6"))
            password = self._plain(await self._ask("UGFzc3dvcmQ6"))
        self.known = (name, password) == tuple(self.server.script.login or ())
        default = "235 2.7.0 Welcome" if self.known else "535 5.7.8 Name or password is wrong"
        self.say(self.server.answer("AUTH", [], default))

    async def _ask(self, challenge: str) -> str:
        self.say(f"334 {challenge}")
        return await self.hear()

    @staticmethod
    def _plain(text: str) -> str:
        return base64.b64decode(text).decode()

    async def on_mail(self, rest: str) -> None:
        if not self.known:
            self.say("530 5.7.0 Sign in first")
            return
        line = self.server.answer("MAIL", [], "250 2.1.0 Ok")
        self.sender, self.recipients = self._address(rest) if line.startswith("2") else None, []
        self.say(line)

    async def on_rcpt(self, rest: str) -> None:
        if self.sender is None:
            self.say("503 5.5.1 MAIL first")
            return
        recipient = self._address(rest)
        line = self.server.answer("RCPT", [recipient], "250 2.1.5 Ok")
        if line.startswith("2"):
            self.recipients.append(recipient)
        self.say(line)

    async def on_data(self, rest: str) -> None:
        default = "354 End with a dot" if self.recipients else NOBODY
        line = self.server.answer("DATA", self.recipients, default)
        self.say(line)
        if not line.startswith("354"):
            return
        content = bytearray(b"\r\n")
        while not content.endswith(b"\r\n.\r\n"):
            content += await self.reader.readuntil(b".\r\n")
        self._accept(bytes(content[:-3]).replace(b"\r\n..", b"\r\n.")[2:])  # the doubled dots of RFC 5321, 4.5.2

    def _accept(self, content: bytes) -> None:
        line = self.server.answer("ACCEPT", self.recipients, "250 2.0.0 Taken") if self.recipients else NOBODY
        if line.startswith(("2", "record")):
            self.server.record(self.sender or "", self.recipients, content)
        self.sender, self.recipients = None, []
        self.say("drop" if line == "record and drop" else line)

    @staticmethod
    def _address(rest: str) -> str:
        found = ADDRESS.search(rest)
        return found[1] if found else rest


@dataclass(frozen=True)
class Sink:
    """The running server, from outside: `url` for EMAIL_URL, and what it took so far, in order."""

    port: int
    record: Path
    certificate: Path | None = None
    login: tuple[str, str] | None = None
    implicit_tls: bool = False

    @property
    def url(self) -> str:
        who = ":".join(quote(part, safe="") for part in self.login) + "@" if self.login else ""
        scheme = "smtps" if self.implicit_tls else "smtp+tls" if self.certificate else "smtp"
        return f"{scheme}://{who}127.0.0.1:{self.port}"

    @property
    def letters(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.record.read_text().splitlines()]

    @property
    def message_ids(self) -> list[str]:
        return [letter["message_id"] for letter in self.letters]


@contextlib.contextmanager
def sink(
    *answers: Answer,
    keep: bool = False,
    login: tuple[str, str] | None = None,
    starttls: bool = False,
    implicit_tls: bool = False,
) -> Iterator[Sink]:
    """Run the server; `keep` records whole letters (as "content"), `login` is a name and password it asks for."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-smtp-") as name:
        folder, port = Path(name), free_port()
        (folder / "record.jsonl").touch()
        tls = self_signed(folder) if starttls or implicit_tls else None
        script = Script(
            record=str(folder / "record.jsonl"),
            port=port,
            answers=[asdict(answer) for answer in answers],
            keep=keep,
            login=login,
            tls=(str(tls[0]), str(tls[1])) if tls else None,
            implicit_tls=implicit_tls,
        )
        command = [sys.executable, "-m", "tests.services.smtp", json.dumps(asdict(script))]
        with running(command, ready=lambda: accepts(port), log=folder / "log", cwd=ROOT):
            yield Sink(port, Path(script.record), tls[0] if tls else None, login, implicit_tls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", help="a Script, as JSON")
    told = json.loads(parser.parse_args().script)
    asyncio.run(Server(Script(**told)).serve())


if __name__ == "__main__":
    main()
