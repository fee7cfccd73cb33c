"""Kernel: the mapping file, a JSON object that says what the old database's numbers mean.

{"courses": {"12": "CSCI 1400"}, "sections": {"31": "001"}, "problem_types": {"2": "Homework"},
 "tutors": {"4": "ines.duarte@example.org"}}
"""

import json
from pathlib import Path

from gatehouse.core.said import noop as _
from gatehouse.core.sheets import SheetUnreadable
from gatehouse.helpdesk.legacy.rows import KINDS, Names

LARGEST = 5 << 20  # bytes


def read_mapping(path: Path | None) -> Names:
    """No file says nothing. Raises `SheetUnreadable`."""
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig") if path.stat().st_size <= LARGEST else ""
        found = json.loads(text)
        return {kind: {str(key): str(value) for key, value in found.pop(kind, {}).items()} for kind in KINDS}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise SheetUnreadable(
            _("The mapping file can't be used. It is a JSON object with courses, sections, problem_types and tutors.")
        ) from error
