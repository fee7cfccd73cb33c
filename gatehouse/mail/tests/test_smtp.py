"""The SMTP way out, against a real server that answers as scripted."""

import pytest

from gatehouse.mail import route
from gatehouse.mail.adapters.smtp import SmtpServer
from gatehouse.mail.delivery import Answer as Said, Parcel, Refused, SenderRefused, Unreachable, Unsure
from tests.services.smtp import Answer, sink

NO = "550 5.1.1 Nobody here"


def parcel(number: int = 1, address: str = "ana@example.org", content: bytes = b"") -> Parcel:
    message_id = f"<{number}@alder.example.org>"
    head = f"Message-ID: {message_id}\r\nTo: {address}\r\nSubject: x\r\n\r\n".encode()
    return Parcel(number, message_id, "office@alder.example.org", address, head + (content or b"Hello\r\n"))


def way_to(server) -> SmtpServer:
    ca = f"?ca={server.certificate}" if server.certificate else ""
    return SmtpServer(route.read(server.url + ca), timeout=5)


def test_letters_go_over_one_connection_and_dots_survive():
    body = b".\r\n..two\r\nmiddle . dot\r\n.\r\n"
    with sink(keep=True) as server:
        smtp = way_to(server)
        for number in range(3):
            assert smtp.deliver(parcel(number, content=body)).code == 250
        smtp.close()

        assert server.message_ids == [f"<{number}@alder.example.org>" for number in range(3)]
        assert server.letters[0]["content"].encode().endswith(b"\r\n\r\n" + body)
        assert server.letters[0]["sender"] == "office@alder.example.org"


@pytest.mark.parametrize("at", ["RCPT", "DATA", "ACCEPT"])
@pytest.mark.parametrize("line", [NO, "451 4.3.0 Later", "554 No"])
@pytest.mark.parametrize("others", [[], [Answer("EHLO", "250 sink.example.org")]], ids=["pipelining", "in turn"])
def test_a_no_to_one_letter_does_not_touch_the_next(at, line, others):
    with sink(Answer(at, line, times=1), *others) as server:
        smtp = way_to(server)
        with pytest.raises(Refused) as refused:
            smtp.deliver(parcel(1))
        smtp.deliver(parcel(2))
        smtp.close()

        assert str(refused.value.answer) == line
        assert server.message_ids == ["<2@alder.example.org>"]


@pytest.mark.parametrize(
    ("at", "line", "error"),
    [
        ("CONNECT", "554 5.7.1 Not you", SenderRefused),
        ("CONNECT", "421 4.3.2 Too busy", Unreachable),
        ("CONNECT", "drop", Unreachable),
        ("EHLO", "drop", Unreachable),
        ("MAIL", "550 5.7.1 Not from you", SenderRefused),
        ("MAIL", "530 5.7.0 Sign in first", SenderRefused),
        ("MAIL", "421 4.3.2 Too busy", Unreachable),
        ("MAIL", "452 4.3.1 Full", Refused),
        ("MAIL", "552 5.3.4 Too large", Refused),
        ("MAIL", "drop", Unreachable),
        ("RCPT", "drop", Unreachable),
        ("RCPT", "550 5.1.8 Sender's domain not found", SenderRefused),
        ("DATA", "drop", Unreachable),
        ("ACCEPT", "drop", Unsure),
        ("ACCEPT", "record and drop", Unsure),
    ],
)
def test_what_each_moment_means(at, line, error):
    with sink(Answer(at, line)) as server:
        smtp = way_to(server)

        with pytest.raises(error) as raised:
            smtp.deliver(parcel())

        assert type(raised.value) is error
        smtp.close()


def test_a_server_that_goes_ahead_in_spite_of_its_no_gets_nothing():
    with sink(Answer("RCPT", NO, times=1), Answer("DATA", "354 Go on", times=1)) as server:
        smtp = way_to(server)
        with pytest.raises(Refused, match=r"5\.1\.1"):
            smtp.deliver(parcel(1))
        smtp.deliver(parcel(2))
        smtp.close()

        assert server.message_ids == ["<2@alder.example.org>"]


@pytest.mark.parametrize(
    "address", ["ana@example.org> NOTIFY=SUCCESS", "a\r\nRCPT TO:<b@example.org", "a b@example.org"]
)
def test_no_address_becomes_a_command(address):
    with sink() as server:
        smtp = way_to(server)
        with pytest.raises(Refused):
            smtp.deliver(parcel(1, address=address))
        smtp.close()

        assert server.letters == []


def test_a_connection_gone_stale_is_opened_again():
    with sink(Answer("MAIL", "421 4.4.2 Idle for too long", to="never")) as server:
        smtp = way_to(server)
        smtp.deliver(parcel(1))
        smtp._client.sock.close()
        smtp.deliver(parcel(2))
        smtp.close()

        assert len(server.letters) == 2


@pytest.mark.parametrize("how", [{"starttls": True}, {"implicit_tls": True}])
def test_login_over_tls(how):
    with sink(login=("office", "p@ss/word"), **how) as server:
        smtp = way_to(server)
        assert smtp.deliver(parcel()) == Said(250, "2.0.0", smtp.deliver(parcel(2)).text)
        smtp.close()


def test_a_wrong_password_is_no_letters_fault():
    with sink(login=("office", "right")) as server:
        url = server.url.replace("right", "wrong")

        with pytest.raises(SenderRefused, match="535"):
            SmtpServer(route.read(url), timeout=5).deliver(parcel())


def test_a_certificate_nobody_vouches_for_is_refused():
    with sink(starttls=True) as server, pytest.raises(Unreachable, match=r"(?i)certificate"):
        SmtpServer(route.read(server.url), timeout=5).deliver(parcel())


def test_a_server_without_tls_is_not_spoken_to_in_clear():
    with sink() as server, pytest.raises(SenderRefused, match="STARTTLS"):
        SmtpServer(route.read(f"smtp://127.0.0.1:{server.port}?tls=starttls"), timeout=5).deliver(parcel())


def test_addresses_beyond_ascii():
    with sink() as server:
        smtp = way_to(server)
        smtp.deliver(parcel(1, address="jörg@example.org"))
        smtp.deliver(parcel(2, address="ana@example.org"))
        smtp.close()

        assert [letter["recipients"] for letter in server.letters] == [["jörg@example.org"], ["ana@example.org"]]
