"""docs/reference/commands.md is the whole list of commands: none missing, none that is not there."""

import re
from pathlib import Path

from gatehouse.config import cli

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"


def test_page_lists_exactly_the_commands():
    listed = re.findall(r"^\| `gatehouse ([a-z]+(?:[- ][a-z]+)*)", PAGE.read_text(), re.MULTILINE)

    assert sorted(name.replace(" ", "-") for name in listed) == sorted(cli.commands())


def test_help_lists_every_command():
    told = re.findall(r"^  ([a-z-]+(?: [a-z-]+)?) +[A-Z]", cli.overview(), re.MULTILINE)

    assert sorted(name.replace(" ", "-") for name in told) == sorted(cli.commands())
