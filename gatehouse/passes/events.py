"""What the passes app announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PassesStale:
    """The facts of these many passes may have changed; a sweep looks whether their content did."""

    count: int


@dataclass(frozen=True)
class PassesRenewed:
    """These passes have a new version: phones and Google are to hear of it."""

    count: int


@dataclass(frozen=True)
class PassScanned:
    """A pass was held before a reader: its serial and the verdict."""

    serial: str
    verdict: str


@dataclass(frozen=True)
class GoogleMarked:
    """Google Wallet is to hear of so many designs or passes."""

    count: int


@dataclass(frozen=True)
class BatchAsked:
    """A batch of passes is to be made by a sweep."""

    pk: int


@dataclass(frozen=True)
class MailingAsked:
    """Cards are to be sent by letter: a sweep makes the letters."""

    mailing_id: int
