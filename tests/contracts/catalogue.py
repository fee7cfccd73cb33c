"""Reading a gettext catalogue as its source (.po) and as it is compiled (.mo), to compare them."""

import ast
import gettext
import re
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) )?(".*")')
PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|<[^>]+>|`[^`]+`")


@dataclass(frozen=True)
class Message:
    key: str  # with its context before it, as compiled catalogues write it
    english: tuple[str, ...]
    german: tuple[str, ...]
    is_fuzzy: bool

    @property
    def places(self) -> list[list[str]]:
        """Placeholders, tags and commands of each form, sorted: the English ones first."""
        return [sorted(PLACE.findall(text)) for text in (*self.english, *self.german)]


def read(path: Path) -> list[Message]:
    """Every message but the header."""
    return [message for block in path.read_text().split("\n\n") if (message := _message(block)) and message.key]


def _message(block: str) -> Message | None:
    parts: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if found := LINE.fullmatch(line):
            name = found[1] or name
            parts[name] = parts.get(name, "") + ast.literal_eval(found[2])
    if "msgid" not in parts:
        return None
    context = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
    english = tuple(parts[name] for name in ("msgid", "msgid_plural") if name in parts)
    german = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
    is_fuzzy = re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE) is not None
    return Message(context + parts["msgid"], english, german, is_fuzzy)


def compiled(path: Path) -> dict[str, tuple[str, ...]]:
    """Key → its forms, as the portal reads them."""
    with path.open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    forms: dict[str, dict[int, str]] = {}
    for key, text in known.items():
        name, number = key if isinstance(key, tuple) else (key, 0)
        forms.setdefault(name, {})[number] = text
    return {name: tuple(texts[number] for number in sorted(texts)) for name, texts in forms.items() if name}
