"""Cells that a spreadsheet takes for formulas, made harmless on the way out and themselves again on the way in.

OWASP, "CSV Injection": a cell that begins with = + - @ or a tab is evaluated by the program that opens the file.
"""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """For files we hand out: what could be a formula begins with an apostrophe, which spreadsheets do not show."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) or unguarded(cell) != cell else cell


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    bare = cell.lstrip("'")
    return cell[1:] if bare != cell and bare.startswith(FORMULA_STARTS) else cell
