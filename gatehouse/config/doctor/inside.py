"""The doctor's look at the database, and at what it tells of worker, letters and owner."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader

from gatehouse.config.doctor.findings import Finding, fine, hint, problem, warning
from gatehouse.core import clock
from gatehouse.core.commands import applied, unapplied
from gatehouse.mail import queries as mail
from gatehouse.people.models import Organisation, Role
from gatehouse.web import health

LATE = timedelta(minutes=15)


def look() -> Iterator[Finding]:
    """Stops at the first thing without which the rest can't be asked."""
    try:
        waiting = unapplied()
        newer = sorted(set(applied()) - {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations})
    except (DatabaseError, InterfaceError) as error:
        yield problem("database", f"It does not answer: {' '.join(str(error).split())} Look at DATABASE_URL.")
        return
    yield fine("database", f"{_product()} answers")
    if newer:
        yield problem(
            "database", f"It was used by a newer Gatehouse ({newer[0]}): run that version, or restore a backup."
        )
    if waiting:
        yield problem("database", f"{len(waiting)} migrations wait: run `gatehouse migrate`.")
        return
    yield from _owner()
    yield _worker()
    yield from _letters()


def _product() -> str:
    major, *rest = connection.get_database_version()
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    return f"{name} {'.'.join(map(str, (major, *rest)))}"


def _owner() -> Iterator[Finding]:
    if not Role.objects.filter(slug="owner", grants__person__left_at=None, grants__isnull=False).exists():
        yield hint("owner", "Nobody owns this portal yet: open its first page, or run `gatehouse create-admin`.")
    if not Organisation.objects.exists():
        yield hint("organisation", "The portal has no name yet; an owner gives it one.")


def _worker() -> Finding:
    if health.heartbeat():
        return fine("worker", "A worker was busy within the last two minutes")
    return warning("worker", "No worker was seen lately: letters and imports wait. Start `gatehouse run`, or `worker`.")


def _letters() -> Iterator[Finding]:
    sending = mail.sending()
    if sending.paused_at:
        yield warning("letters", f"Sending is stopped since {sending.paused_at:%d %b %H:%M}, by {sending.paused_by}.")
    if sending.trouble:
        yield warning("letters", f"{sending.get_trouble_display()}: {sending.trouble_text}")
    late = mail.due().filter(not_before__lt=clock.now() - LATE).count()
    if late:
        yield warning("letters", f"{late} letters wait for longer than {LATE.seconds // 60} minutes.")
