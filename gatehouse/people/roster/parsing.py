"""Reading a roster's lines, a million of them in some seconds.

Most lines are plain: printable, trimmed, in NFC. One look at the whole line tells, and its cells are then taken as they
are; any other line has each cell tidied. What repeats (days, states, add-ons) is reckoned once and looked up after.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NoReturn
from unicodedata import is_normalized

from gatehouse.core.said import Said, noop as _
from gatehouse.people.roster import values
from gatehouse.people.roster.days import Days
from gatehouse.people.roster.errors import Refused, Unfit
from gatehouse.people.roster.fields import COLUMNS, DAYS, DETAIL, DETAIL_LENGTH, FIELDS, Line
from gatehouse.people.roster.mappings import Mapping
from gatehouse.people.roster.names import split_name
from gatehouse.people.roster.tidying import tidy

_NO_NUMBER = _("This line has no number, so it could not be found again. Give it one.")
_TOO_LONG = _("This cell has %(length)s characters; %(most)s are the most.")
_PLAIN_EMAIL = re.compile(r"[a-z0-9_][a-z0-9._-]*@(?:[a-z0-9-]+\.)+[a-z0-9]{2,}").fullmatch
_SHORT = 200
"""Cells of a plain line up to this length fit most fields; the shorter fields are looked at one by one."""
_LOOKED_UP = DAYS | {"status", "role", "add_ons", "quantity"}

Row = list[Any]
Maker = Callable[[Row], Any]


class Parser:
    """Reads lines under one header; made by `compile`.

    A row is worked on as the line's cells, its number, and what is made of them; `_pick` then puts it in order.
    """

    def __init__(self, mapping: Mapping, header: Sequence[str], found: dict[str, int], *, today: date) -> None:
        self._header = tuple(header)
        self._limits = [(index, field, FIELDS.get(field, DETAIL_LENGTH)) for field, index in found.items()]
        self._short = [
            (index, most) for index, field, most in self._limits if most < _SHORT and field not in _LOOKED_UP
        ]
        self._lookups = _lookups(mapping, found, today)
        makers = _makers(found)
        self._makers = [(blame, make) for blame, make in makers.values()]
        self._number, blank = found["number"], len(header) + 1
        self._email = found.get("email", blank)
        self._rest: Row = ["", None, *_constants(mapping).values()]
        places = dict.fromkeys(COLUMNS, blank) | dict.fromkeys(DAYS, blank + 1) | {"line": len(header)}
        places |= {field: blank + 2 + index for index, field in enumerate(_constants(mapping))} | found
        places |= {field: blank + len(self._rest) + index for index, field in enumerate(makers)}
        self._pick: Callable[[Row], Line] = itemgetter(*(places[column] for column in COLUMNS))

    def parse(self, line: int, cells: list[str]) -> Line | Refused:
        """One line, typed and checked, in the order of `COLUMNS`; or why it is left out, and which cell is to blame.

        Takes as many cells as the header has names, as `Sheet.rows` gives them.
        """
        row: Row = [*cells, line, *self._rest]
        index = self._number
        try:
            if not _is_plain("|".join(["", *cells, ""])):
                for index, field, most in self._limits:
                    row[index] = row[index] and tidy(row[index], field, most=most)
            for index, most in self._short:
                if len(row[index]) > most:
                    _refuse_length(row[index], most)
            for index, known in self._lookups:
                row[index] = known[row[index]]
            index = self._email
            if row[index] and not _PLAIN_EMAIL(row[index]):
                row[index] = values.email(row[index])
            for index, make in self._makers:  # noqa: B007 - should it raise, this cell is to blame
                row.append(make(row))
        except Unfit as unfit:
            return Refused(line, self._header[index], unfit.said)
        if not row[self._number]:
            return Refused(line, self._header[self._number], Said(_NO_NUMBER))
        return self._pick(row)


def _refuse_length(cell: str, most: int) -> NoReturn:
    raise Unfit(_TOO_LONG, length=len(cell), most=most)


def _is_plain(joined: str) -> bool:
    """Whether no cell of the line can need tidying; `|` parts them, and one of their own only costs time."""
    return (
        (joined.isascii() or is_normalized("NFC", joined))
        and joined.isprintable()
        and "=" not in joined
        and "+" not in joined
        and "  " not in joined
        and " |" not in joined
        and "| " not in joined
        and "|-" not in joined
        and "|@" not in joined
        and "|'" not in joined
        and (len(joined) <= _SHORT or max(map(len, joined.split("|"))) <= _SHORT)
    )


def _constants(mapping: Mapping) -> dict[str, str]:
    """What columns that the file lacks say."""
    return {"source": mapping.source, **mapping.blanks, "status": "active"}


def _lookups(mapping: Mapping, found: dict[str, int], today: date) -> list[tuple[int, dict[Any, Any]]]:
    """The columns whose cells repeat, with what they mean."""
    days = Days(mapping.date_order, today=today)
    reads: dict[str, Callable[[str], str]] = {
        "source": str,
        "status": values.status,
        "role": values.role,
        "add_ons": values.add_ons,
    }
    if "section" not in found:
        reads["groups"] = values.groups
    blanks = {"source": mapping.source, "status": "active", **mapping.blanks}
    known = {field: values.Known(read, blank=blanks.get(field, "")) for field, read in reads.items()}
    return [
        (index, days if field in DAYS else known[field])
        for field, index in found.items()
        if field in DAYS | known.keys()
    ]


def _makers(found: dict[str, int]) -> dict[str, tuple[int, Maker]]:
    """What is made of several cells, or one cell of several columns: column → the cell to blame, and how."""
    makers: dict[str, tuple[int, Maker]] = {}
    if "name" in found:
        makers |= {field: (found["name"], _name_maker(found, field)) for field in ("given_name", "family_name")}
    if "add_on" in found:
        makers["add_ons"] = _pair_maker(values.add_on, found["add_on"], found.get("quantity"))
    if "groups" in found and "section" in found:
        makers["groups"] = _pair_maker(values.group, found["groups"], found["section"])
    details = [(index, field.removeprefix(DETAIL)) for field, index in found.items() if field.startswith(DETAIL)]
    if details:
        makers["attributes"] = (details[0][0], lambda row: _details(row, details))
    return makers


def _pair_maker(read: Callable[[str, str], str], first: int, second: int | None) -> tuple[int, Maker]:
    known = values.Known(lambda pair: read(*pair))
    if second is None:
        return first, lambda row: row[first] and known[row[first], ""]
    return second, lambda row: row[first] and known[row[first], row[second]]


def _name_maker(found: dict[str, int], field: str) -> Maker:
    """The full name is split where the line itself has neither first nor last name."""
    name, part = found["name"], 0 if field == "given_name" else 1
    own = [found[field] for field in ("given_name", "family_name") if field in found]
    mine = found.get(field)

    def make(row: Row) -> str:
        if any(row[index] for index in own):
            return row[mine] if mine is not None else ""
        return split_name(row[name])[part]

    return make


def _details(row: Row, details: list[tuple[int, str]]) -> str:
    said = {name: row[index] for index, name in details if row[index]}
    return values.to_json(said) if said else ""
