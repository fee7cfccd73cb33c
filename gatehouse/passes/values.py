"""What a pass of nobody says of its own: which values a design asks for, and what a person or a file writes for them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gatehouse.core.said import Said, noop as _
from gatehouse.core.sheets import BadRow, Row
from gatehouse.passes.blueprint import PLACEHOLDER, Blueprint, Format
from gatehouse.people.addresses import is_email, normal_email

BALANCE = "balance"
LONGEST = 200
NAMED = {"name": "name", "email": "email", "e-mail": "email", "mail": "email", "code": "code"}
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MONEY = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?")
NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{4,38}[A-Z0-9]")
AT_MOST, WIDEST = 10_000, 60
"""Lines of a file, and its columns: all of it is held at once."""

TOO_LONG = _("Too long: at most %(most)s characters.")
NO_MONEY = _("“%(text)s” is no amount. Write it as 25 or 25.00.")
NO_NUMBER = _("“%(text)s” is no number.")
NO_DAY = _("“%(text)s” is not a day. Write it as 2027-03-31.")
NO_MOMENT = _("“%(text)s” is not a time. Write it as 2027-03-31 19:30.")
NO_EMAIL = _("“%(text)s” is no e-mail address.")
NO_CODE = _("“%(text)s” is no code: 6 to 40 letters, digits and hyphens.")
TWICE = _("This code stands in line %(line)s as well.")
COLUMN_TWICE = _("Two columns are called “%(name)s”. Take one away, and choose the file again.")
NO_COLUMN = _("A column has no name. Write one into the first line.")
TOO_MANY = _("More than %(most)s lines. Share them out among several files.")
TOO_WIDE = _("More than %(most)s columns. Take away those that no card needs, and choose the file again.")
NO_LINES = _("The file has a header and no lines below it.")


class Unfit(ValueError):
    """What was written can't be such a value; `said` tells why."""

    def __init__(self, template: str, **params: object) -> None:
        self.said = Said(template, **params)
        super().__init__(self.said)


@dataclass(frozen=True)
class Value:
    """One value that a design asks for: its name after `own.`, and how the field that shows it formats it."""

    name: str
    label: str
    format: Format = "text"
    currency: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a file, fit to become a pass; without a code it gets one."""

    line: int
    code: str = ""
    own: Mapping[str, str] = field(default_factory=dict)


def asked_for(blueprint: Blueprint) -> list[Value]:
    """In the order of the fields; a value that no field shows alone has its name for a label."""
    found: dict[str, Value] = {}
    for one in blueprint.fields:
        for name in _names(one.says):
            is_alone = one.says.strip() == f"{{own.{name}}}"
            shown = Value(name, one.label, one.format, one.currency) if is_alone else Value(name, name)
            if name not in found or (is_alone and not found[name].currency):
                found[name] = shown
    code = blueprint.barcode
    for name in _names(f"{code.says} {code.below}" if code else ""):
        found.setdefault(name, Value(name, name))
    return list(found.values())


def fit(value: Value, text: str) -> str:
    """As it is kept: numbers plain with a point, days by ISO 8601. Raises `Unfit`."""
    text = " ".join(text.split())
    if not text:
        return ""
    if len(text) > LONGEST or not text.isprintable():
        raise Unfit(TOO_LONG, most=LONGEST)
    if value.name == BALANCE or value.format == "currency":
        return f"{_number(text, MONEY, NO_MONEY):.2f}"
    if value.format == "number":
        _number(text, NUMBER, NO_NUMBER)
        return text.replace(",", ".")
    if value.format in {"date", "moment"}:
        return _day(text) if value.format == "date" else _moment(text)
    return text


def fit_code(text: str) -> str:
    """In capitals, as it is printed; "" stays "". Raises `Unfit`."""
    code = text.strip().upper()
    if code and not CODE.fullmatch(code):
        raise Unfit(NO_CODE, text=text.strip()[:60])
    return code


def read_lines(
    header: Iterable[str], rows: Iterable[Row | BadRow], values: Iterable[Value]
) -> tuple[list[Line], list[BadRow]]:
    """Every line that can be read, and what is wrong with the others. Raises `Unfit` for the file as a whole."""
    known = {value.name: value for value in values}
    columns = _columns(header, known)
    lines, faults, seen = list[Line](), list[BadRow](), dict[str, int]()
    for row in rows:
        if len(lines) + len(faults) >= AT_MOST:
            raise Unfit(TOO_MANY, most=AT_MOST)
        if isinstance(row, BadRow):
            faults.append(row)
            continue
        read, wrong = _line(row, columns, known)
        if read.code and (first := seen.setdefault(read.code, read.line)) != read.line:
            wrong.append(BadRow(read.line, "code", Said(TWICE, line=first)))
        faults += wrong
        lines += [] if wrong else [read]
    if not lines and not faults:
        raise Unfit(NO_LINES)
    return lines, faults


def _line(row: Row, columns: list[str], known: Mapping[str, Value]) -> tuple[Line, list[BadRow]]:
    number, cells = row
    code, own, faults = "", dict[str, str](), list[BadRow]()
    for name, cell in zip(columns, cells, strict=True):
        try:
            kept = _cell(name, cell, known)
        except Unfit as unfit:
            faults.append(BadRow(number, name, unfit.said))
            continue
        if name == "code":
            code = kept
        elif kept:
            own[name] = kept
    return Line(number, code, own), faults


def _cell(name: str, cell: str, known: Mapping[str, Value]) -> str:
    if name == "code":
        return fit_code(cell)
    text = fit(known.get(name) or Value(name, name), cell)
    if name == "email" and text and not is_email(normal_email(text)):
        raise Unfit(NO_EMAIL, text=text[:60])
    return text


def _columns(header: Iterable[str], known: Mapping[str, Value]) -> list[str]:
    """What each column is: name, email, code, a value of the design by its name or label, or a value of its own name."""
    labels = {value.label.casefold(): value.name for value in known.values()}
    titles, columns = list(header), list[str]()
    if len(titles) > WIDEST:
        raise Unfit(TOO_WIDE, most=WIDEST)
    for title in titles:
        folded = " ".join(title.split()).casefold()
        name = NAMED.get(folded) or (folded if folded in known else labels.get(folded)) or _key(folded)
        if not name:
            raise Unfit(NO_COLUMN)
        if name in columns:
            raise Unfit(COLUMN_TWICE, name=title[:60])
        columns.append(name)
    return columns


def _key(title: str) -> str:
    key = re.sub(r"[^a-z0-9]+", "_", title).strip("_")[:40]
    return key if KEY.fullmatch(key) else f"c_{key}"[:40] if key else ""


def _names(says: str) -> list[str]:
    return [name.removeprefix("own.") for name in PLACEHOLDER.findall(says) if name.startswith("own.")]


def _number(text: str, form: re.Pattern[str], refusal: str) -> float:
    if not (text.isascii() and form.fullmatch(text)):
        raise Unfit(refusal, text=text[:60])
    return float(text.replace(",", "."))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Unfit(NO_DAY, text=text[:60]) from error


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="minutes")
    except ValueError as error:
        raise Unfit(NO_MOMENT, text=text[:60]) from error
