"""Days as people write them: ISO, 3/31/2026, 31.3.26, 31 Mar 2026."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from gatehouse.core.said import Said, noop as _
from gatehouse.people.roster.errors import Unfit

Order = Literal["mdy", "dmy", "auto"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
_NO_DAY = _("“%(cell)s” is not a day.")
_NOT_IN_ORDER = _("“%(cell)s” is not a day; %(order)s is expected.")
_EITHER = _("“%(cell)s” can be two days. Say whether the file writes day or month first.")
_NO_YEAR = _("“%(cell)s” is outside the years %(first)s to %(last)s.")
_ORDERS = {"mdy": Said(_("month/day/year")), "dmy": Said(_("day/month/year"))}

_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)(?:[T ][\d:.+Z-]*)?")
_SLASHED = re.compile(r"(\d\d?)([/.-])(\d\d?)\2(\d{4}|\d\d)(?:[ ,]+\d[\d:]*(?: ?[ap]m)?)?", re.IGNORECASE)
_NAMED = re.compile(r"(\d\d?)(?:st|nd|rd|th|\.)?[ -]([^\W\d]{3,9})\.?[ ,-]+(\d{4}|\d\d)")
_NAMED_FIRST = re.compile(r"([^\W\d]{3,9})\.? (\d\d?)(?:st|nd|rd|th)?,? (\d{4}|\d\d)")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ["jan", "feb", "mar,mär", "apr", "may,mai", "jun", "jul", "aug", "sep", "oct,okt", "nov", "dec,dez"], start=1
    )
    for name in names.split(",")
}  # fmt: skip


class Days(dict[str, str | None]):
    """Cell → ISO day, reckoned once for each way of writing; the blank cell is None. Raises `Unfit`."""

    def __init__(self, order: Order, *, today: date) -> None:
        super().__init__({"": None})
        self.order, self.today = order, today

    def __missing__(self, cell: str) -> str:
        if len(self) > 50_000:
            self.clear()
            self[""] = None
        day = self[cell] = read_day(cell, self.order, today=self.today).isoformat()
        return day


def read_day(cell: str, order: Order, *, today: date) -> date:
    """A two-digit year is the one between 70 years before `today` and 29 after. Raises `Unfit`."""
    year, month, day = _parts(cell, order)
    if len(year) == 2:
        year = str(_whole_year(int(year), today.year))
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise Unfit(_NO_YEAR, cell=cell[:40], first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        is_ordered = "/" in cell and order in _ORDERS
        raise Unfit(_NOT_IN_ORDER if is_ordered else _NO_DAY, cell=cell[:40], order=_ORDERS.get(order, "")) from None


def order_of(cells: Iterable[str]) -> Order:
    """What a file's own days tell: “mdy” or “dmy” when at least one can be read in one way only, else “auto”."""
    firsts, seconds = set(), set()
    for cell in cells:
        if (match := _SLASHED.fullmatch(cell.strip())) and match[2] == "/":
            firsts.add(int(match[1]) > 12)
            seconds.add(int(match[3]) > 12)
    if True in seconds and True not in firsts:
        return "mdy"
    return "dmy" if True in firsts and True not in seconds else "auto"


def _parts(cell: str, order: Order) -> tuple[str, str, str]:
    """Year, month and day as they stand in the cell."""
    if iso := _ISO.fullmatch(cell):
        return iso[1], iso[3], iso[4]
    if parts := _SLASHED.fullmatch(cell):
        return _ordered(cell, parts, order)
    if (named := _NAMED.fullmatch(cell)) and (month := _MONTHS.get(named[2][:3].casefold())):
        return named[3], str(month), named[1]
    if (named := _NAMED_FIRST.fullmatch(cell)) and (month := _MONTHS.get(named[1][:3].casefold())):
        return named[3], str(month), named[2]
    raise Unfit(_NO_DAY, cell=cell[:40])


def _ordered(cell: str, parts: re.Match[str], order: Order) -> tuple[str, str, str]:
    one, two, year = parts[1], parts[3], parts[4]
    if parts[2] == "." or order == "dmy":
        return year, two, one
    if order == "auto":
        if int(one) <= 12 and int(two) <= 12 and int(one) != int(two):
            raise Unfit(_EITHER, cell=cell[:40])
        return (year, two, one) if int(one) > 12 else (year, one, two)
    return year, one, two


def _whole_year(short: int, this_year: int) -> int:
    year = this_year - this_year % 100 + short
    return year - 100 if year > this_year + 29 else year + 100 if year < this_year - 70 else year
