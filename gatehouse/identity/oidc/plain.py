"""Kernel: whether JSON from outside can be kept. It can say what databases refuse: NUL, half letters, NaN, endless nesting."""

import math
from typing import Any, Final

DEEPEST: Final = 8  # levels; what OpenID Connect asks has four


def is_plain(value: Any, *, levels: int = DEEPEST) -> bool:
    """Whether all texts in it are printable, all numbers finite, and no more than `levels` things lie in each other."""
    if isinstance(value, str):
        return value.isprintable()
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict | list) and levels == 0:
        return False
    if isinstance(value, dict):
        return all(is_plain(part, levels=levels - 1) for pair in value.items() for part in pair)
    return not isinstance(value, list) or all(is_plain(part, levels=levels - 1) for part in value)
