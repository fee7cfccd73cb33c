"""Entries with the least that is valid."""

from datetime import UTC, datetime, timedelta
from itertools import count

from gatehouse.journal.models import Entry

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_minutes = count()


def entry(**fields):
    """One entry, each a minute after the one before."""
    given = {
        "at": START + timedelta(minutes=next(_minutes)),
        "actor_name": "Ruth Amsel",
        "verb": "thing.tried",
        "subject": "a thing",
    }
    return Entry.objects.create(**{**given, **fields})


def entries(number, **fields):
    return [entry(**fields) for _each in range(number)]
