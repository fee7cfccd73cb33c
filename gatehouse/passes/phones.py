"""Kernel: which wallet a phone has, as far as its browser says so (User-Agent)."""

from typing import Literal, TypeAlias

Device: TypeAlias = Literal["apple", "android", "other"]


def device_of(agent: str) -> Device:
    """An iPad that asks for pages as a Mac does is `other`, and so is offered both wallets."""
    if any(name in agent for name in ("iPhone", "iPad", "iPod")):
        return "apple"
    return "android" if "Android" in agent else "other"
