"""German is complete: every text is translated, compiled, and the pages speak nothing else."""

import re
import shutil
import subprocess
import sys
from functools import reduce
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from gatehouse.core import links
from gatehouse.identity.tests.reading import code_of, last_letter, link_of
from gatehouse.mail import actions as mail, rendering
from gatehouse.mail.opening import opened
from tests.accessibility.college import College, found as college
from tests.accessibility.places import ROWS
from tests.contracts.catalogue import compiled, read

ROOT = Path(__file__).resolve().parents[2]
GERMAN = ROOT / "gatehouse" / "locale" / "de" / "LC_MESSAGES" / "django.po"
ENGLISH = "the|your|you|we|of|with|nothing|nobody|is|are|not|has|have|to|this|what|who|and|or|by|from|yes|no|all"
AROUND = re.compile(rf"[^.]{{0,30}}\b(?:{ENGLISH})\b[^.]{{0,30}}")
TOLD = ("aria-label", "title", "alt", "placeholder", "data-l")
DATA = (
    "A test letter",
    "database is locked",
    "Introduction to statistics",
    "Friends of the garden",
    "It was replaced.",
    "Understanding a topic",
    "Lab or project",
    "Something else",
    "Setting up",
    "We move to B13",
    "=See the door",
    "See the door",
    "Which of the two tests fits question 4",
    "Knows the normal case well",
    "Use the t-table",
    "All of it",
    "Introduction to computing",
    "on_display: yes",
    "on_display: no",
    "active: yes",
    "active: no",
    "A key with quite a long name of its own",
    "Calendar of the workshop",
    "GATEHOUSE_CLIENT_REGISTRATION=yes",
)
IN_ENGLISH = {"web:guide", "web:guide_page", "passes:mailing"}  # the last has a letter that was drafted in English


def messages():
    return read(GERMAN)


def test_every_text_is_translated():
    assert [one.key for one in messages() if one.is_fuzzy or not all(one.german)] == []


def test_every_form_keeps_its_placeholders_and_tags():
    """A form for one may say "ein" instead of a number, as the English does; it names nothing that English does not."""
    wrong = []
    for one in messages():
        *english, first, last = one.places if len(one.german) > 1 else [*one.places[:1], *one.places]
        if last != english[-1] or first not in english:
            wrong.append(one.key)

    assert wrong == []


def test_compiled_catalogue_is_fresh():
    written = {one.key: one.german for one in messages()}

    assert compiled(GERMAN.with_suffix(".mo")) == written, "Run .venv/bin/python scripts/messages"


def test_catalogue_holds_exactly_the_texts_of_the_sources(tmp_path):
    if shutil.which("xgettext") is None:
        pytest.skip("GNU gettext was not found, so nobody looked whether a text of the sources is not translated")
    into = tmp_path / "locale"

    subprocess.run([sys.executable, ROOT / "scripts" / "messages", "--into", into], check=True, capture_output=True)

    gathered = {one.key for one in read(into / "de" / "LC_MESSAGES" / "django.po")}
    assert gathered == {one.key for one in messages()}, "Run .venv/bin/python scripts/messages and translate"


@pytest.fixture
def sentences():
    """English texts of several words, without placeholders, that German says otherwise."""
    texts = [text for one in messages() for text in one.english if text not in one.german]
    return [text for text in texts if text.count(" ") > 1 and not re.search(r"[%<{]", text) and text not in DATA]


def shown(content: bytes) -> str:
    """What a person reads or is told: the page's words and its labels; not what is code, English by name, or data."""
    page = BeautifulSoup(content, "html.parser")
    for part in page.select("script, style, code, pre, [lang=en]"):
        part.decompose()
    told = [str(part[name]) for name in TOLD for part in page.select(f"[{name}]")]
    text = " ".join([*page.get_text(" ").split(), *told])
    return reduce(lambda left, data: left.replace(data, ""), DATA, text)


@pytest.fixture
def visit():
    """`visit(who)` is a small college and a German browser of one who is a stranger, asked for a code, or signed in."""

    def come(who: str) -> tuple[College, Client]:
        made, client = college(), Client(headers={"accept-language": "de"})
        made.unsubscribe = links.sign(rendering.UNSUBSCRIBE, made.letter.message_id)
        asking = Client() if who == "anonymous" else client
        asking.post("/sign-in", {"email": (made.ruth if who == "owner" else made.maya).email})
        letter = last_letter()
        made.link = link_of(letter).rsplit("/", 1)[-1]
        if who in {"member", "owner"}:
            client.post("/sign-in/code", {"code": code_of(letter)})
        return made, client

    return come


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "asking", "member", "owner"])
def test_pages_speak_german(who, visit, sentences):
    made, client = visit(who)
    english = {}
    for row in (row for row in ROWS if row.who == who and row.name not in IN_ENGLISH):
        answer = client.get(row.address(made))
        assert (answer.status_code, answer["Content-Language"]) == (row.status, "de"), str(row)
        text = shown(answer.content)
        if left := [one for one in sentences if one in text] + AROUND.findall(text):
            english[str(row)] = left

    assert english == {}


@pytest.mark.django_db
def test_letters_speak_german(sentences):
    made = college()

    letter = mail.post(to=made.twin, template="mail/letters/test", context={})

    words = opened(bytes(letter.rendered))
    assert letter.subject == "Ein Testbrief"
    assert [one for one in sentences if one in words.text + words.html] == []
