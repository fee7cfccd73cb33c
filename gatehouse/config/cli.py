"""The command `gatehouse`: finds our apps' commands, lists them, and starts one.

`import-roster` is the management command `import_roster` of any of our apps; `passes build` is `passes_build`.
"""

import difflib
import json
import os
import sys
from collections import defaultdict
from importlib import import_module
from typing import NoReturn

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import find_commands

from gatehouse.core.commands import WRONG_USAGE, PortalCommand, quiet_when_unread, refuse

# Django's own `migrate` keeps its name for manage.py and the test runner; ours, which calls it, has another file.
FILES = {"migrate": "migrate_portal"}
TYPED = {"oidc-client-create": "oidc-client create"}
NAMES = {file: name for name, file in FILES.items()}
GROUPS = ("Start and keep it running", "People", "Services", "Passes", "Safety copies", "Other")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    os.umask(0o077)  # what we write holds people's data
    arguments = sys.argv[1:]
    as_json = "--json" in arguments
    _set_up(as_json=as_json)
    with quiet_when_unread():
        _run(arguments, as_json=as_json)


def _run(arguments: list[str], *, as_json: bool) -> None:
    first = next((word for word in arguments if word != "--json"), "help")
    if first in {"help", "--help", "-h"}:
        print(json.dumps({"commands": listed()}) if as_json else overview())
    elif first in {"version", "--version"}:
        print(json.dumps({"version": version()}) if as_json else f"Gatehouse {version()}")
    else:
        name, rest = _named(arguments, as_json=as_json)
        load(name).run_from_argv(["gatehouse", name, *rest])


def _set_up(*, as_json: bool) -> None:
    """A setting that cannot be used is one clear line, not a traceback."""
    try:
        django.setup()
    except (ValueError, ImproperlyConfigured, OSError) as error:
        refuse(str(error), as_json=as_json)


def version() -> str:
    from importlib.metadata import version as of  # noqa: PLC0415  asked once, and slow to import

    return of("gatehouse")


def commands() -> dict[str, str]:
    """Every command of our apps as a person types it, and the app that has it."""
    ours = [app for app in apps.get_app_configs() if app.name.startswith("gatehouse.")]
    return {
        NAMES.get(file, file).replace("_", "-"): app.name
        for app in ours
        for file in find_commands(os.path.join(app.path, "management"))  # noqa: PTH118  as Django's own, it takes a string
    }


def load(name: str) -> PortalCommand:
    file = FILES.get(name, name.replace(" ", "_").replace("-", "_"))
    app = commands()[name.replace(" ", "-")]
    command: PortalCommand = import_module(f"{app}.management.commands.{file}").Command()
    return command


def _named(arguments: list[str], *, as_json: bool) -> tuple[str, list[str]]:
    """The command that these arguments begin with, of one word or two, and what follows it."""
    known, first, rest = commands(), arguments[0], arguments[1:]
    if rest and f"{first}-{rest[0]}" in known:
        return f"{first} {rest[0]}", rest[1:]
    if first not in known:
        _unknown(first, known, as_json=as_json)
    return first, rest


def _unknown(name: str, known: dict[str, str], *, as_json: bool) -> NoReturn:
    if within := [other.removeprefix(f"{name}-") for other in known if other.startswith(f"{name}-")]:
        message = f"`gatehouse {name}` needs one of: {', '.join(sorted(within))}."
    else:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        message = f"There is no command `{name}`.{hint} `gatehouse help` lists them all."
    refuse(message, as_json=as_json, status=WRONG_USAGE)


def listed() -> list[dict[str, str]]:
    """Our commands: name as it is typed, group and a sentence, in the order of the groups and then by name."""
    loaded = [(name, load(name)) for name in sorted(commands())]
    found = [
        {"name": _typed(name), "group": command.group, "help": command.help.split(". ")[0].rstrip(".") + "."}
        for name, command in loaded
        if command.group
    ]
    places = {group: place for place, group in enumerate(GROUPS)}
    return sorted(found, key=lambda one: (places.get(one["group"], len(GROUPS)), one["group"]))


def _typed(name: str) -> str:
    """`passes-build` is `passes build`: the app comes first, as a word of its own."""
    if name in TYPED:
        return TYPED[name]
    app, _, rest = name.partition("-")
    return f"{app} {rest}" if rest and app in apps.app_configs else name


def overview() -> str:
    """Our commands in groups, a sentence each."""
    width = max(len(command["name"]) for command in listed())
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for command in listed():
        groups[command["group"]].append(f"  {command['name']:<{width}} {command['help']}")
    parts = [f"{group}:\n" + "\n".join(lines) for group, lines in groups.items()]
    usage = "usage: gatehouse COMMAND [--json] …   (gatehouse COMMAND --help says more)"
    return "\n\n".join([usage, *parts])


if __name__ == "__main__":
    main()
