"""One spelling of JSON, so that SQLite, which compares it as text, finds equal what is equal."""

import json
from typing import Any

from gatehouse.core import said


class Compact(json.JSONEncoder):
    """No blanks, letters as they are: what the roster kernel writes, and what JSONFields compared in SQL use."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


class SaidParts(Compact):
    """For the parts of a `Said`, which may be sentences themselves."""

    def encode(self, o: Any) -> str:
        return super().encode(said.kept(o))
