"""What the desk keeps lists of: one description for each kind, which list, form, import and export share.

    kind = KINDS["sections"]
    staged = reading.read(path, kind)           # a file's lines, as text
    plan = comparing.compare(kind, staged)      # what they would change, and which are in error
    kind.write(plan.changes, actor=…)           # set-based; see actions/imports.py

`cells` and `reading` know no database. `KINDS` is in `listed`.
"""
