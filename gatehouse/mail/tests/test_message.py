"""The kernels that make a letter's bytes, and hostile things in names, subjects and addresses."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from gatehouse.mail import message, plain

HEADERS = [
    "Message-ID",
    "Date",
    "From",
    "To",
    "Subject",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]


def built(**words: Any) -> EmailMessage:
    given = {
        "message_id": "<1@alder.example.org>",
        "at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        "sender": ("Alder College", "office@alder.example.org"),
        "to": ("Ana", "ana@example.org"),
        "subject": "Hello",
        "text": "Hello\n",
        "html": "<p>Hello</p>",
    }
    content = message.build(message.Writing(**{**given, **words}))
    assert b"\n" not in content.replace(b"\r\n", b"")
    return email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[return-value]


EVIL = [
    "Ana\r\nBcc: all@example.org",
    "Ana\nX: y",
    "Ana\u2028Bcc: z\u0085Bcc: y",
    "A\x00na\x0b\x0c",
    "\ud800",
    "“Ana” <x@y.example>, b@c.example",
    "=?utf-8?q?a?=\r\n\r\n<script>",
    "x" * 5000,
    "Ö" * 5000,
    "",
]


@pytest.mark.parametrize("evil", EVIL)
def test_no_name_or_subject_begins_another_header_or_names_another_recipient(evil):
    read = built(sender=(evil, "office@alder.example.org"), to=(evil, "ana@example.org"), subject=evil)

    assert list(read.keys()) == HEADERS
    assert [address.addr_spec for address in read["To"].addresses] == ["ana@example.org"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120))
def test_whatever_the_text_the_headers_are_ours(name, subject):
    read = built(to=(name, "ana@example.org"), subject=subject)

    assert list(read.keys()) == HEADERS
    assert len(read["To"].addresses) == 1


def test_a_megabyte_in_one_line_is_carried_whole():
    read = built(text="ä" * 1_000_000, html="<p>" + "x" * 1_000_000)

    text, html = read.iter_parts()
    assert text.get_content().strip() == "ä" * 1_000_000
    assert len(html.get_content()) >= 1_000_000


def test_a_domain_beyond_ascii_is_written_as_dns_knows_it():
    assert message.wire_address("ana@bücher.example") == "ana@xn--bcher-kva.example"
    assert built(to=("", "ana@bücher.example"))["To"].addresses[0].domain == "xn--bcher-kva.example"


def test_a_mailbox_beyond_ascii_stays_for_smtputf8():
    assert message.wire_address("jörg@bücher.example") == "jörg@bücher.example"
    assert b"j\xc3\xb6rg@example.org" in message.build(
        message.Writing(
            message_id="<1@x>",
            at=datetime.now(UTC),
            sender=("", "o@example.org"),
            to=("", "jörg@example.org"),
            subject="",
            text="",
            html="",
        )
    )


def test_text_is_made_from_the_same_html():
    html = """<html><head><title>Subject</title><style>p {}</style></head><body>
    <div data-text="skip">Preview<br>line</div><h1>Your  place</h1>
    <p>Go to <b>room B12</b>.<br>It is &amp; stays open.</p>
    <ul><li>Bring a pen</li><li>And paper</li></ul>
    <p><a href="https://example.org/x?a=1&amp;b=2">Open the ticket</a></p>
    <p><a href="mailto:o@example.org">o@example.org</a></p></body></html>"""

    assert plain.from_html(html) == (
        "Your place\n\nGo to room B12.\nIt is & stays open.\n\n- Bring a pen\n- And paper\n\n"
        "Open the ticket: https://example.org/x?a=1&b=2\n\no@example.org\n"
    )


def test_what_is_a_block_on_the_page_is_a_line_in_the_text():
    html = '<td>Alder College<small data-text="line">Learning Centre</small></td>'

    assert plain.from_html(html) == "Alder College\nLearning Centre\n"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("<>/pa b\"'=&;!-\n")), max_size=80))
def test_any_html_gives_some_text(html):
    assert plain.from_html(html).endswith("\n")
