"""How large a table may be, and its cells; beyond that it is a mistake or an attack."""

COLUMNS = 500
CELL = 131_072
"""Characters; it is `csv.field_size_limit()` as Python sets it, which we leave alone, for it holds for the whole process."""
LINE = 1 << 20
"""Bytes of one line in the file."""

# a workbook, which a process of its own unpacks
ENTRIES = 2_000
UNPACKED = 512 << 20
RATIO = 250
"""Unpacked to packed, of any one part over a megabyte; honest sheets stay below 100, deflate ends at 1032."""
MEMORY = 1 << 30
"""Bytes of address space. 15 columns by some 400,000 rows fit; larger tables belong in CSV, which is read row by row."""
SECONDS = 60
