"""Making a cell's text plain: no stray blanks, nothing invisible; what could deceive is refused."""

import re
import unicodedata

from gatehouse.core.said import noop as _
from gatehouse.core.sheets import unguarded
from gatehouse.people.roster.errors import Unfit
from gatehouse.people.roster.fields import IDENTIFYING

# U+200C and U+200D stay: Persian and Indic names are written with them
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_HAS_CONTROL = _("This cell has a control character (U+%(code)s). Type it anew.")
_HAS_LINE_END = _("This cell goes on in the next line. Is a quote not closed?")
_FORMULA = _("“%(cell)s” is a formula, not a text. Write its value.")
_LONG = _("This cell has %(length)s characters; %(most)s are the most.")


def tidy(cell: str, field: str, *, most: int) -> str:
    """Trimmed, inner blanks single, Unicode NFC, an exporter's apostrophe before a formula taken off again.

    Raises `Unfit` for control characters and overlong text; in names, numbers and e-mail also for line ends and formulas.
    """
    if control := _CONTROL.search(cell):
        raise Unfit(_HAS_CONTROL, code=f"{ord(control[0]):04X}")
    bare = _INVISIBLE.sub("", cell).strip()
    if field in IDENTIFYING and _LINE_END.search(bare):
        raise Unfit(_HAS_LINE_END)
    text = unguarded(unicodedata.normalize("NFC", " ".join(bare.split())))
    if field in IDENTIFYING and not text.strip("-"):
        return ""  # a dash where nothing is known
    if field in IDENTIFYING and text.startswith(("=", "+", "-", "@")):
        raise Unfit(_FORMULA, cell=text[:80])
    if len(text) > most:
        raise Unfit(_LONG, length=len(text), most=most)
    return text
