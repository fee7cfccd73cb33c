"""What is given with a question: its kind is read from its content, never from its name. No Django, nothing decoded."""

from dataclasses import dataclass

from gatehouse.core import pictures
from gatehouse.core.bare import bare
from gatehouse.core.said import Said, noop as _

LARGEST = 10_000_000  # bytes
MOST = 5  # files with one ticket
NAME = 120  # characters
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
_BINARY = bytes({*range(0x20)} - {*b"\t\n\r\f\x1b"})  # controls that no text has


class Unfit(ValueError):
    """The reason is its only argument, a sentence for the person who gave the file."""


@dataclass(frozen=True)
class Upload:
    """`name` is what the person calls it, with the ending that its content has."""

    name: str
    media_type: str
    content: bytes


def inspect(name: str, content: bytes) -> Upload:
    """Kind and safe name, and a photo without the place where it was taken and all else it tells beside the picture.

    Raises `Unfit` for what is empty, too large, or no picture, PDF or text.
    """
    if not content:
        raise Unfit(Said(_("“%(name)s” is empty."), name=name))
    if len(content) > LARGEST:
        raise Unfit(Said(_("“%(name)s” has more than 10 MB. Make it smaller, or give a part of it."), name=name))
    media_type = kind_of(content)
    if media_type is None:
        raise Unfit(Said(_("“%(name)s” is no picture (PNG, JPEG, WebP), PDF or text."), name=name))
    if media_type.startswith("image/"):
        content = bare(content)
    return Upload(safe_name(name, ENDINGS[media_type]), media_type, content)


def kind_of(content: bytes) -> str | None:
    """One of the five media types, or None."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        return pictures.measure(content).media_type
    except pictures.NoPicture:
        return "text/plain" if _is_text(content) else None


def safe_name(name: str, ending: str) -> str:
    """The last step of the name without anything that a file system or a header could trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    kept = "".join(letter for letter in stem if letter.isprintable() and letter not in '<>:"/\\|?*').strip(" .")
    return f"{kept[: NAME - len(ending) - 1].rstrip(' .') or 'file'}.{ending}"


def _is_text(content: bytes) -> bool:
    if content.translate(None, _BINARY) != content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
