"""Log lines as JSON objects: time, level, logger, message and the fields given with `extra={"fields": {...}}`.

No line holds personal data beyond ids: paths are written as routes, and what other programs and errors say is masked.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from gatehouse.core import origin

# An address; a signed token (value:time:signature); anything long and random; six digits, as sign-in codes have.
MASKS = (
    (re.compile(r"[^\s@<>\"'()=,;]+@[^\s@<>\"'()=,;]+"), "[address]"),
    (re.compile(r"[\w.=-]+:[\w-]{5,9}:[\w-]{20,}"), "[token]"),
    (re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{24,}"), "[token]"),
    (re.compile(r"\b\d{6}\b"), "[code]"),
)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        here = origin.current()
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(_message(record)),
            **({"request_id": here.request_id} if here.request_id else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """Django says "Internal Server Error: /path"; a path can carry a token, its route does not."""
    said = record.getMessage()
    request: Any = getattr(record, "request", None)
    path = getattr(request, "path", "")
    if path and path != "/":
        return said.replace(path, route_of(request))
    return said


def route_of(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "unmatched"


def masked(text: str) -> str:
    """The text without addresses, tokens and codes; hex ids and plain words stay."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text
