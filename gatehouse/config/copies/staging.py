"""A process of its own, whose only portal is the unpacked copy: fills its database and brings it up to this version.

Started by `restoring` with GATEHOUSE_DATA naming that folder. Answers with one JSON object on stdout.
"""

import json
import os
import sys
from contextlib import redirect_stdout
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    os.umask(0o077)
    try:
        with redirect_stdout(sys.stderr):
            django.setup()
            answer = _prepare()
    except Exception as error:  # noqa: BLE001  whatever it is, the other process says it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))


def _prepare() -> dict[str, Any]:
    from django.db import connection, transaction  # noqa: PLC0415  needs Django set up, as all that follows

    from gatehouse.config import env, migrating  # noqa: PLC0415
    from gatehouse.config.copies import manifest, postgres  # noqa: PLC0415
    from gatehouse.core.commands import progress_bar, unapplied  # noqa: PLC0415

    known = manifest.Manifest.read(env.DATA / manifest.NAME)
    if connection.vendor == "postgresql":
        postgres.fill(known, env.DATA / "database")
    if waiting := unapplied():
        with progress_bar("Preparing the database", unit="steps") as report:
            migrating.migrate(len(waiting), report)
    with transaction.atomic():
        return {"held_letters": _settle_in(known.made_at)}


def _settle_in(made_at: str) -> int:
    """Hold letters that waited then, for they may have gone out since; and write the restore into the journal."""
    from gatehouse.core.origin import Origin, acting_from  # noqa: PLC0415
    from gatehouse.journal import actions as journal  # noqa: PLC0415
    from gatehouse.mail import actions as mail  # noqa: PLC0415
    from gatehouse.mail.models import Letter  # noqa: PLC0415

    with acting_from(Origin(door="command")):
        journal.record(actor=None, verb="backup.restored", subject=f"backup of {made_at}")
        return mail.hold(letters=Letter.objects.all(), actor=None)


if __name__ == "__main__":
    main()
