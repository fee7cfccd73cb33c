"""What every `gatehouse` command shares: `--json` with exactly one object on stdout, exit codes, and progress.

Exit 0 is done, 1 refused or failed (the object still comes, with `error`), 2 wrong usage.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from gatehouse.core.origin import Origin, acting_from

Answer = dict[str, Any]
Progress = Callable[[int, int], None]


class PortalCommand(BaseCommand):
    """A command answers with a dict from `act`; `tell` says the same to a person.

    Errors derived from ValueError, ValidationError or PermissionDenied are refusals: one line, exit 1.
    """

    needs_migrations = True
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser("gatehouse", subcommand.replace("_", "-"), **kwargs)
        parser.add_argument("--json", action="store_true", help="answer with one JSON object on stdout")
        return parser

    def act(self, **options: Any) -> Answer:
        raise NotImplementedError

    def tell(self, answer: Answer) -> None:
        for name, value in answer.items():
            self.stdout.write(f"{name}: {value}")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if self.needs_migrations:
                require_migrated()
            with acting_from(Origin(door="command")):
                answer = self.act(**options)
        except (CommandError, ValueError, ValidationError, PermissionDenied, OSError) as error:
            self._refuse(error, as_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, default=str))
        else:
            self.tell(answer)
        if "error" in answer:
            sys.exit(1)

    def _refuse(self, error: Exception, *, as_json: bool) -> None:
        message = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        if as_json:
            self.stdout.write(json.dumps({"error": message}, ensure_ascii=False))
        self.stderr.write(message)
        sys.exit(getattr(error, "returncode", 1))


def require_migrated() -> None:
    """Raise `CommandError`, naming `gatehouse migrate`, when the database is older than this version."""
    if waiting := unapplied():
        raise CommandError(
            f"The database is not ready: {len(waiting)} migrations wait. Run `gatehouse migrate` first.",
        )


def unapplied() -> list[str]:
    """Names of migrations that the database has not seen yet."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Report (done, total) as a bar on a terminal, and as plain lines, at each tenth, elsewhere; always on stderr."""
    if sys.stderr.isatty():
        with tqdm(desc=label, unit=" lines", file=sys.stderr, leave=False) as bar:
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
