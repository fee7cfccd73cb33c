"""Reading CSV and XLSX as people really write them, row by row, in bounded memory.

Every refusal is a `SheetUnreadable` that names line and column and says what to do, or a `BadRow` among the rows.
"""

from gatehouse.core.sheets.errors import BadRow, SheetUnreadable
from gatehouse.core.sheets.opening import open_sheet
from gatehouse.core.sheets.reading import Row, Sheet
from gatehouse.core.sheets.writing import guarded, unguarded

__all__ = ["BadRow", "Row", "Sheet", "SheetUnreadable", "guarded", "open_sheet", "unguarded"]
