"""Sentences for people from code that knows no Django: English at once, translated at the door."""

from collections.abc import Callable
from typing import Self


def noop(text: str) -> str:
    """Mark a text for the translators; import it as `_`."""
    return text


class Said(str):
    """A sentence with its parts: it reads as English; a door shows `said.translated(gettext)`."""

    __slots__ = ("params", "template")
    template: str
    params: dict[str, object]

    def __new__(cls, template: str, /, **params: object) -> Self:
        said = super().__new__(cls, template % params)
        said.template, said.params = template, params
        return said

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language that `gettext` speaks, and so the parts which are said themselves."""
        parts = {
            name: part.translated(gettext) if isinstance(part, Said) else part for name, part in self.params.items()
        }
        return gettext(self.template) % parts

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), self.params


def kept(params: dict[str, object]) -> dict[str, object]:
    """What JSON can keep of a sentence's parts; `restored` makes the sentence again."""
    return {
        name: {"template": part.template, "params": kept(part.params)} if isinstance(part, Said) else part
        for name, part in params.items()
    }


def restored(template: str, params: dict[str, object]) -> Said:
    parts = {
        name: restored(str(part["template"]), part["params"]) if isinstance(part, dict) else part
        for name, part in params.items()
    }
    return Said(template, **parts)
