"""Kernel: a letter's bytes as a person reads them: headers, text, and HTML."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

SHOWN = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe-Post")


@dataclass(frozen=True)
class Opened:
    headers: list[tuple[str, str]]
    text: str
    html: str


def opened(content: bytes) -> Opened:
    """What is missing is empty; nothing here raises, for a letter that can't be read must still be shown as such."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    headers = [(name, str(message[name])) for name in SHOWN if message[name]]
    return Opened(headers, _part(message, "plain"), _part(message, "html"))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return str(part.get_content()) if part else ""
    except (LookupError, ValueError):
        return ""
