"""Kernel: cells that a spreadsheet takes for formulas, made harmless on the way out and themselves again on the way in.

OWASP, "CSV Injection": a cell that begins with = + - @, a tab or a carriage return is run by the program that opens it.
"""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """The text as a cell that is shown, never run: with an apostrophe in front, where one is needed."""
    return f"'{text}" if text.lstrip("'").startswith(STARTS) else text


def original(cell: str) -> str:
    """What `harmless` was given; cells it leaves alone, "'t Hooft" among them, come back as they are."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(STARTS) else cell
