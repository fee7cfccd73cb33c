"""One spelling of JSON, so that SQLite, which compares it as text, finds equal what is equal."""

import json
from typing import Any


class Compact(json.JSONEncoder):
    """No blanks, letters as they are: what the roster kernel writes, and what JSONFields compared in SQL use."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})
