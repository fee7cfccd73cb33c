"""Kernel: reading a roster, a line at a time, and telling which lines are one membership. No Django, no database.

    mapping = roster.MAPPINGS["altru"]                      # or roster.guess(sheet.header).mapping
    parser = roster.compile(mapping, sheet.header, today=today)
    parser.parse(line, cells)                               # a Line in the order of COLUMNS, or Refused

`merged` joins neighbouring lines of one number while they stream by; `merge` those found apart.
"""

from gatehouse.people.roster.compiling import columns_of, compile, with_date_order  # noqa: A004 - roster.compile
from gatehouse.people.roster.errors import Refused, RosterUnreadable
from gatehouse.people.roster.fields import AT, COLUMNS, FIELDS, Line
from gatehouse.people.roster.guessing import Guess, Match, guess
from gatehouse.people.roster.mappings import MAPPINGS, Mapping, template_csv
from gatehouse.people.roster.merging import merge, merged
from gatehouse.people.roster.names import names_agree, split_name
from gatehouse.people.roster.parsing import Parser
from gatehouse.people.roster.values import add_ons_text, groups_text

__all__ = [
    "AT",
    "COLUMNS",
    "FIELDS",
    "MAPPINGS",
    "Guess",
    "Line",
    "Mapping",
    "Match",
    "Parser",
    "Refused",
    "RosterUnreadable",
    "add_ons_text",
    "columns_of",
    "compile",
    "groups_text",
    "guess",
    "merge",
    "merged",
    "names_agree",
    "split_name",
    "template_csv",
    "with_date_order",
]
