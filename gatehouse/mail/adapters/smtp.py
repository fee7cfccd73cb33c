"""Letters go to a mail server by SMTP (RFC 5321), over one connection that is kept from letter to letter."""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator

from gatehouse.mail.delivery import Answer, Parcel, Refused, SenderRefused, Unreachable, Unsure
from gatehouse.mail.route import Route

TIMEOUT = 30.0  # seconds for each command
PATIENT = 120.0  # seconds for the answer to a whole letter; RFC 5321, 4.5.3.2.6 would allow ten minutes
GO_AHEAD, GOING = 354, 421
_UNSAFE = re.compile(r"[\x00-\x20<>\x7f]")
_DOT = re.compile(rb"(?m)^\.")
_SIZE_REFUSED = {"5.3.4", "5.2.3"}


class SmtpServer:
    """The connection is opened with the first letter; `close` says QUIT."""

    def __init__(self, route: Route, *, timeout: float = TIMEOUT) -> None:
        self.route, self.timeout = route, timeout
        self._client: smtplib.SMTP | None = None

    def deliver(self, parcel: Parcel) -> Answer:
        """A connection that went stale between two letters is opened again once: nothing was handed over on it."""
        is_fresh = self._client is None
        try:
            return self._deliver(parcel)
        except Unreachable:
            self._drop()
            if is_fresh:
                raise
            return self._deliver(parcel)

    def close(self) -> None:
        if self._client:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._client.quit()
        self._drop()

    def _drop(self) -> None:
        if self._client:
            self._client.close()
        self._client = None

    def _deliver(self, parcel: Parcel) -> Answer:
        with _broken_before_the_letter():
            client = self._client or self._connect()
            self._client = client
            self._open(client, self._envelope(client, parcel))
        return self._hand_over(client, parcel)

    def _connect(self) -> smtplib.SMTP:
        route = self.route
        context = ssl.create_default_context(cafile=route.ca or None) if route.tls else None
        if context and route.tls == "implicit":
            client: smtplib.SMTP = smtplib.SMTP_SSL(route.host, route.port, timeout=self.timeout, context=context)
        else:
            client = smtplib.SMTP(route.host, route.port, timeout=self.timeout)
        try:
            if context and route.tls == "starttls":
                client.ehlo()
                client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
            if route.user:
                client.login(route.user, route.password)
        except BaseException:
            client.close()
            raise
        return client

    def _envelope(self, client: smtplib.SMTP, parcel: Parcel) -> list[str]:
        if _UNSAFE.search(parcel.sender + parcel.address):
            raise Refused(Answer(553, "5.1.3", "the address holds a sign that no address may hold"))
        options = f" SIZE={len(parcel.content)}" if client.has_extn("size") else ""
        if not parcel.address.isascii():
            if not client.has_extn("smtputf8"):
                raise Refused(Answer(553, "5.6.7", "the mail server takes no address beyond ASCII (SMTPUTF8)"))
            client.command_encoding = "utf-8"
            options += " SMTPUTF8"
        return [f"MAIL FROM:<{parcel.sender}>{options}", f"RCPT TO:<{parcel.address}>", "DATA"]

    def _open(self, client: smtplib.SMTP, commands: list[str]) -> None:
        """Say the envelope, in one go where the server allows it (RFC 2920): one round trip instead of three."""
        ask = self._ask_at_once if client.has_extn("pipelining") else self._ask_in_turn
        for place, answer in enumerate(ask(client, commands)):
            if answer.code != GO_AHEAD:
                self._expect(client, answer, at_sender=place == 0)

    def _ask_in_turn(self, client: smtplib.SMTP, commands: list[str]) -> list[Answer]:
        answers: list[Answer] = []
        for command in commands:
            answers.append(Answer.read(*client.docmd(command)))
            if not _is_yes(answers[-1]):
                break
        return answers

    def _ask_at_once(self, client: smtplib.SMTP, commands: list[str]) -> list[Answer]:
        """A server that goes ahead in spite of its own no gets an empty letter, which reaches nobody (RFC 2920, 3.1)."""
        client.send("".join(f"{command}\r\n" for command in commands))
        answers: list[Answer] = []
        for _ in commands:
            answers.append(Answer.read(*client.getreply()))
            if answers[-1].code == GOING:
                return answers
        if answers[-1].code == GO_AHEAD and not all(map(_is_yes, answers)):
            client.docmd(".")
        return answers

    def _hand_over(self, client: smtplib.SMTP, parcel: Parcel) -> Answer:
        try:
            self._write(client, parcel.content)
            answer = Answer.read(*client.getreply())
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unsure(Answer(0, "", f"the connection broke before the answer: {error}"[:500])) from error
        return self._expect(client, answer)

    def _write(self, client: smtplib.SMTP, content: bytes) -> None:
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        if client.sock:
            client.sock.settimeout(PATIENT)
        client.send(_DOT.sub(b"..", content) + end)

    def _expect(self, client: smtplib.SMTP, answer: Answer, *, at_sender: bool = False) -> Answer:
        """The yes; or the error that fits the no, with the connection ready for the next letter."""
        if client.sock:
            client.sock.settimeout(self.timeout)
        if 200 <= answer.code < 300:
            return answer
        self._reset(client, answer)
        if answer.code == GOING and at_sender:
            raise Unreachable(answer)
        if answer.blames_sender or (at_sender and answer.code >= 500 and not _is_about_size(answer)):
            raise SenderRefused(answer)
        raise Refused(answer)

    def _reset(self, client: smtplib.SMTP, answer: Answer) -> None:
        """421 and 0 say that the connection ends; else the next letter starts afresh."""
        if answer.code in {GOING, 0, -1}:
            self._drop()
            return
        try:
            client.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()


def _is_yes(answer: Answer) -> bool:
    return 200 <= answer.code < 300 or answer.code == GO_AHEAD


def _is_about_size(answer: Answer) -> bool:
    return answer.code == 552 or answer.enhanced in _SIZE_REFUSED


@contextlib.contextmanager
def _broken_before_the_letter() -> Iterator[None]:
    """What smtplib raises before a letter was handed over: nobody got it, so no letter is at fault."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        raise SenderRefused(Answer(0, "", str(error))) from error
    except smtplib.SMTPResponseException as error:
        answer = Answer.read(error.smtp_code, error.smtp_error)
        raise (SenderRefused if answer.code >= 500 else Unreachable)(answer) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(Answer(0, "", f"{type(error).__name__}: {error}"[:500])) from error
