"""The texts of a card in several languages, as a table: a line for each text, a column for each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf.locale import LANG_INFO
from django.http import QueryDict

from gatehouse.passes import wording
from gatehouse.passes.blueprint import Blueprint
from gatehouse.people.tidying import several_lines

MOST_TEXTS, MOST_LANGUAGES, LONGEST = 120, 10, 2000
OFFERED: Final = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "pt-br", "ro", "ru", "sk", "sl", "sv", "th", "tr", "uk", "vi",
    "zh-hans", "zh-hant",
)  # fmt: skip


def name_of(language: str) -> str:
    """In the language itself."""
    return str(LANG_INFO.get(language, {}).get("name_local", language)).capitalize()


@dataclass(frozen=True)
class Cell:
    name: str
    language: str
    language_name: str
    value: str
    is_rtl: bool


@dataclass(frozen=True)
class Row:
    number: int
    text: str
    place: str
    cells: list[Cell]

    @property
    def is_long(self) -> bool:
        return len(self.text) > 60 or "\n" in self.text


@dataclass(frozen=True)
class Table:
    languages: list[tuple[str, str]]
    rows: list[Row]
    offered: list[tuple[str, str]]


def table(blueprint: Blueprint) -> Table:
    languages = [(code, name_of(code)) for code in blueprint.texts]
    texts = list(wording.texts_of(blueprint).items())[:MOST_TEXTS]
    rows = [Row(n, text, place, _cells(blueprint, n, text)) for n, (text, place) in enumerate(texts)]
    offered = [(code, name_of(code)) for code in OFFERED if code not in blueprint.texts]
    return Table(languages, rows, sorted(offered, key=lambda one: one[1].casefold()))


def _cells(blueprint: Blueprint, number: int, text: str) -> list[Cell]:
    return [
        Cell(f"w-{number}-{code}", code, name_of(code), said.get(text, ""), LANG_INFO.get(code, {}).get("bidi", False))
        for code, said in blueprint.texts.items()
    ]


def from_post(data: QueryDict, blueprint: Blueprint) -> Mapping[str, Mapping[str, str]]:
    """The translations typed, taken over to the texts that the blueprint has now."""
    languages = [code for code in dict.fromkeys(data.getlist("languages")) if code in OFFERED][:MOST_LANGUAGES]
    typed = {n: text.replace("\r\n", "\n") for n in range(MOST_TEXTS) if (text := data.get(f"w-{n}", ""))}
    before = {text: data.get(f"w-{n}-at", "") for n, text in typed.items()}
    translated: dict[str, Any] = {
        code: {text: several_lines(data.get(f"w-{n}-{code}", ""))[:LONGEST] for n, text in typed.items()}
        for code in languages
    }
    return wording.carried(translated, before, blueprint)
