"""The sink itself, seen with Python's own client."""

import smtplib
import ssl
from email.message import EmailMessage

import pytest

from tests.services.smtp import Answer, sink


def letter(number: int = 1, body: str = "Hello\n.\n.hidden\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "office@alder.example.org", "ana@example.org"
    message["Message-ID"] = f"<{number}@alder.example.org>"
    message.set_content(body)
    return message


def test_letters_are_recorded_in_order_and_dots_survive():
    with sink(keep=True) as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        for number in range(3):
            client.send_message(letter(number))

        assert server.message_ids == [f"<{number}@alder.example.org>" for number in range(3)]
        assert server.letters[0]["content"].endswith("\r\nHello\r\n.\r\n.hidden\r\n")
        assert server.letters[0]["recipients"] == ["ana@example.org"]


@pytest.mark.parametrize(
    ("at", "error"),
    [("MAIL", smtplib.SMTPSenderRefused), ("RCPT", smtplib.SMTPRecipientsRefused), ("ACCEPT", smtplib.SMTPDataError)],
)
def test_a_refusal_is_given_as_often_as_scripted(at, error):
    refusal = Answer(at, "452 4.2.2 Mailbox full", times=1)

    with sink(refusal) as server, smtplib.SMTP("127.0.0.1", server.port) as client:
        with pytest.raises(error):
            client.send_message(letter())
        client.send_message(letter())

        assert len(server.letters) == 1


def test_a_refusal_can_be_for_one_recipient_only():
    with (
        sink(Answer("RCPT", "550 5.1.1 Nobody here", to="ghost@")) as server,
        smtplib.SMTP("127.0.0.1", server.port) as client,
    ):
        refused = client.sendmail("office@example.org", ["ghost@example.org", "ana@example.org"], "Subject: x\r\n\r\nx")

        assert refused == {"ghost@example.org": (550, b"5.1.1 Nobody here")}
        assert server.letters[0]["recipients"] == ["ana@example.org"]


@pytest.mark.parametrize(("line", "taken"), [("drop", 0), ("record and drop", 1)])
def test_the_connection_can_break_between_the_letter_and_its_answer(line, taken):
    with sink(Answer("ACCEPT", line)) as server:
        client = smtplib.SMTP("127.0.0.1", server.port)

        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.send_message(letter())

        client.close()
        assert len(server.letters) == taken


def test_login_over_starttls():
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

    with (
        sink(login=("office", "p@ss/word"), starttls=True) as server,
        smtplib.SMTP("127.0.0.1", server.port) as client,
    ):
        client.starttls(context=trusting)
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.send_message(letter())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("office", "wrong")
        client.login("office", "p@ss/word")
        client.send_message(letter())

        assert len(server.letters) == 1
        assert server.url == f"smtp+tls://office:p%40ss%2Fword@127.0.0.1:{server.port}"
