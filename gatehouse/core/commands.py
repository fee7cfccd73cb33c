"""What every `gatehouse` command shares: `--json` with exactly one object on stdout, exit codes, and progress.

Exit 0 is done, 1 refused or failed (the object still comes, with `error`), 2 wrong usage.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _, ngettext
from tqdm import tqdm

from gatehouse.core.origin import Origin, acting_from

log = logging.getLogger("gatehouse.commands")

Answer = dict[str, Any]
Progress = Callable[[int, int], None]

SHOWN = 20  # lines in error that a person reads
REFUSED, WRONG_USAGE, INTERRUPTED, UNREAD = 1, 2, 130, 141
DJANGO_OPTIONS = ("settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks")


class PortalCommand(BaseCommand):
    """A command answers with a dict from `act`; `tell` says the same to a person.

    Errors derived from ValueError, ValidationError or PermissionDenied are refusals: one line, exit 1. A command that
    must answer before it ends (a server) calls `reply` itself and returns nothing. `group` is the heading under which
    `gatehouse help` lists it, by the first sentence of `help`; without a group it is not listed.
    """

    group: ClassVar[str] = ""
    needs_migrations = True
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Without the options that Django gives every command: our users have no use for them."""
        name = subcommand.replace("_", "-")
        parser = _Parser(prog=f"gatehouse {name}", description=self.help, allow_abbrev=False)
        parser.called_from_command_line = getattr(self, "_called_from_command_line", False)
        parser.set_defaults(verbosity=1, **dict.fromkeys(DJANGO_OPTIONS))
        self.add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on stdout")
        return parser

    def act(self, *args: Any, **options: Any) -> Answer | None:
        """What the command does; each one says it itself."""
        raise NotImplementedError

    def tell(self, answer: Answer) -> None:
        for name, value in answer.items():
            self.stdout.write(f"{name}: {value}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self._answer(options)
        except KeyboardInterrupt:
            self._refuse("Interrupted.", options, INTERRUPTED)
        except BrokenPipeError:  # whoever read us has gone: nobody is left to tell, see `quiet_when_unread`
            raise
        except (CommandError, ValueError, ValidationError, PermissionDenied, OSError) as error:
            self._refuse(_plain(error), options, getattr(error, "returncode", REFUSED))
        except (DatabaseError, InterfaceError) as error:
            self._refuse(f"The database does not answer as it should: {_plain(error)}", options)
        except Exception as error:
            log.exception("command failed")
            self._refuse(f"Something went wrong in Gatehouse itself: {error!r}", options)
        self.stdout.flush()
        if answer is not None:
            self.reply(answer, as_json=options["json"])
            if "error" in answer:
                sys.exit(REFUSED)

    def reply(self, answer: Answer, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, default=str))
        else:
            self.tell(answer)
        self.stdout.flush()

    def _refuse(self, message: str, options: dict[str, Any], status: int = REFUSED) -> NoReturn:
        refuse(message, as_json=options["json"], status=status, out=self.stdout, err=self.stderr)

    def _answer(self, options: dict[str, Any]) -> Answer | None:
        """What is printed by the way goes to stderr: stdout is for the answer."""
        with redirect_stdout(sys.stderr), acting_from(Origin(door="command")):
            if self.needs_migrations:
                require_migrated()
            return self.act(**options)


class ImportCommand(PortalCommand):
    """A command that brings a file in, or previews it: sums, then the first lines in error."""

    def tell(self, answer: Answer) -> None:
        for name in ("joined", "changed", "unchanged", "missing"):
            self.stdout.write(f"{answer[name]:>9,}  {name}")
        errors = answer["errors"]
        for error in errors[:SHOWN]:
            self.stdout.write(f"line {error['line']:,}, {error['column']}: {error['message']}")
        if len(errors) > SHOWN:
            more = len(errors) - SHOWN
            self.stdout.write(ngettext("and one more line", "and %(more)s more lines", more) % {"more": more})
        self.stdout.write(_("Applied.") if answer["applied"] else _("A preview; nothing was written. Add --apply."))


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        if not self.called_from_command_line:
            raise CommandError(message, returncode=WRONG_USAGE)
        self.print_usage(sys.stderr)
        refuse(message, as_json="--json" in sys.argv, status=WRONG_USAGE)


def refuse(
    message: str, *, as_json: bool, status: int = REFUSED, out: Any = sys.stdout, err: Any = sys.stderr
) -> NoReturn:
    """Say why on stderr, and with --json as an object on stdout; end with this exit status."""
    if as_json:
        out.write(json.dumps({"error": message}, ensure_ascii=False) + "\n")
        out.flush()
    err.write(message + "\n")
    sys.exit(status)


@contextmanager
def quiet_when_unread() -> Iterator[None]:
    """End without a word when nobody reads on, as after `| head`; the status is the one that SIGPIPE gives in a shell.

    What is left in the buffer goes nowhere, or Python would complain of the pipe once more at its exit.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(UNREAD)


def _plain(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return "\n".join(" ".join(line.split()) for line in str(error).splitlines())


def require_migrated() -> None:
    """Raise `CommandError`, naming `gatehouse migrate`, when the database is older, or newer, than this version."""
    if waiting := unapplied():
        raise CommandError(
            f"The database is not ready: {len(waiting)} migrations wait. Run `gatehouse migrate` first.",
        )


def unapplied() -> list[str]:
    """Names of migrations that the database has not seen yet."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> list[str]:
    """Names of migrations that the database has seen, sorted."""
    recorded = MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in recorded)


@contextmanager
def progress_bar(label: str, *, unit: str = "lines") -> Iterator[Progress]:
    """Report (done, total) as a bar on a terminal, and as plain lines, at each tenth, elsewhere; always on stderr."""
    if sys.stderr.isatty():
        with tqdm(desc=label, unit=f" {unit}", unit_scale=unit == "B", file=sys.stderr, leave=False) as bar:
            yield lambda done, total: _move(bar, done, total)
    else:
        yield _PlainLines(label)


def _move(bar: Any, done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


class _PlainLines:
    def __init__(self, label: str) -> None:
        self.label = label
        self.tenth = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth > self.tenth:
            self.tenth = tenth
            print(f"{self.label}: {done:,} of {total:,}", file=sys.stderr, flush=True)
