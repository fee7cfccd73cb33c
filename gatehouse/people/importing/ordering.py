"""Kernel: lists of add-ons and groups in one order, so that two exports of the same thing are equal."""

import json
from typing import Any

from gatehouse.core.jsons import Compact


class InOrder(dict[str, str]):
    """A JSON list by name, whatever order the file's lines had; what repeats is sorted once."""

    def __missing__(self, text: str) -> str:
        if len(self) > 50_000:
            self.clear()
        self[text] = json.dumps(by_name(json.loads(text)), cls=Compact) if text.count("{") > 1 else text
        return self[text]


def by_name(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(items, key=lambda item: str(item["name"]))
