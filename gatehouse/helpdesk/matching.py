"""Which ready answers fit a question that is being written: by the words they share. No Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LEAST_LETTERS = 4  # of a word that says something
IN_TITLE, OWN_COURSE, ENOUGH = 3, 1, 3
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Answer:
    key: int
    title: str
    text: str
    is_of_course: bool


def words(text: str) -> set[str]:
    """In small letters and without their endings, as far as four languages share them."""
    return {word[:7] for word in map(str.casefold, _WORD.findall(text)) if len(word) >= LEAST_LETTERS}


def score(answer: Answer, asked: set[str]) -> int:
    """A word in the title counts as three in the text; nothing where no word is shared."""
    shared = IN_TITLE * len(words(answer.title) & asked) + len(words(answer.text) & asked)
    return shared + OWN_COURSE if shared and answer.is_of_course else shared


def best(answers: Iterable[Answer], question: str, *, at_most: int) -> list[int]:
    """Keys of those that fit well enough, the best first."""
    asked = words(question)
    scored = sorted(((-score(answer, asked), answer.key) for answer in answers), key=lambda pair: pair[0])
    return [key for minus, key in scored[:at_most] if -minus >= ENOUGH]
