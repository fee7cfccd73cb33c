"""Telling a table from the other files people upload by mistake, by the first bytes."""

import re
from pathlib import Path

from gatehouse.core.said import Said, noop as _
from gatehouse.core.sheets.errors import SheetUnreadable

_SAVE = _("This is %(kind)s, not a table. Save the table as .xlsx or .csv and choose that file.")
_OLD = _("This is an old Excel file (.xls). Open it in Excel, save it as .xlsx or .csv, and choose that file.")
_LOCKED = _("This workbook is locked with a password. Save it without one, or as .csv, and choose that file.")
_BINARY = _("This is not a table we can read. Save the table as .xlsx or .csv and choose that file.")

_MAGIC = {
    b"%PDF": _("a PDF"),
    b"\x89PNG": _("an image"),
    b"\xff\xd8\xff": _("an image"),
    b"GIF8": _("an image"),
    b"II*\x00": _("an image"),
    b"MM\x00*": _("an image"),
    b"RIFF": _("an image or a recording"),
    b"{\\rtf": _("a text document"),
    b"\x1f\x8b": _("a packed archive"),
    b"7z\xbc\xaf": _("a packed archive"),
    b"Rar!": _("a packed archive"),
    b"BZh9": _("a packed archive"),
    b"SQLite format 3": _("a database"),
}
_WEB = re.compile(r"\s*<(!doctype|html|head|body|table|\?xml|svg|!--)", re.IGNORECASE)
_JSON = re.compile(r'\s*(\{\s*["}]|\[\s*[\[{"\]\d])')
_ODD = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]|\x00\x00")


def is_workbook(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def refuse_binary(path: Path, head: bytes) -> None:
    """Raise for formats known by their first bytes."""
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise SheetUnreadable(_LOCKED if _is_locked(path) else _OLD)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise SheetUnreadable(_SAVE, kind=Said(kind))


def refuse_noise(head: bytes) -> None:
    """Raise for what is plainly no text in an encoding of one byte or UTF-8."""
    if len(_ODD.findall(head)) * 50 > len(head):
        raise SheetUnreadable(_BINARY)


def refuse_markup(text: str) -> None:
    """Raise for a web page, XML or JSON, which are text but no table."""
    if _WEB.match(text):
        raise SheetUnreadable(_SAVE, kind=Said(_("a web page")))
    if _JSON.match(text):
        raise SheetUnreadable(_SAVE, kind=Said("JSON"))


def _is_locked(path: Path) -> bool:
    """Whether an OLE container holds an encrypted workbook ([MS-OFFCRYPTO] 2.3.4.4) and not an old one."""
    name, tail = "EncryptedPackage".encode("utf-16-le"), b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if name in tail + chunk:
                return True
            tail = chunk[-len(name) :]
    return False
