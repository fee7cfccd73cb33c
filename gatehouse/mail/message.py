"""Kernel: a letter as the bytes that go over the wire (RFC 5322, MIME), with the headers that automatic mail needs."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

SUBJECT = 200  # characters
NAME = 80  # characters of a display name
_BREAKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Writing:
    """One letter's words. Addresses are checked before (`people.addresses.is_email`); all else may hold anything."""

    message_id: str
    at: datetime
    sender: tuple[str, str]  # display name, address
    to: tuple[str, str]
    subject: str
    text: str
    html: str
    reply_to: str = ""
    unsubscribe_url: str = ""


def build(writing: Writing) -> bytes:
    """Text and HTML as alternatives, quoted-printable, so that no server on the way has a reason to change a byte.

    One-click unsubscription is RFC 8058; `Auto-Submitted` (RFC 3834) keeps holiday notices from answering.
    """
    to = wire_address(writing.to[1])
    message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    message["Message-ID"] = writing.message_id
    message["Date"] = format_datetime(writing.at)
    message["From"] = _mailbox(*writing.sender)
    message["To"] = _mailbox(writing.to[0], to)
    if writing.reply_to:
        message["Reply-To"] = _mailbox("", wire_address(writing.reply_to))
    message["Subject"] = one_line(writing.subject, SUBJECT)
    message["Auto-Submitted"] = "auto-generated"
    if writing.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{writing.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(writing.text, cte="quoted-printable")
    message.add_alternative(writing.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def one_line(text: str, most: int) -> str:
    """Nothing that could begin another header: control and format characters and all kinds of line breaks are gone."""
    tidy = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} else sign for sign in text)
    return _BREAKS.sub(" ", tidy).strip()[:most]


def wire_address(address: str) -> str:
    """The domain in its ASCII form (IDNA), where the part before the @ is ASCII; else as it is, for SMTPUTF8."""
    local, _, domain = address.rpartition("@")
    if address.isascii() or not local.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name, NAME), local, domain)
