import pytest
from django.db import DatabaseError, connection, transaction

from gatehouse.journal.models import Entry
from gatehouse.journal.tests.factories import entry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_entry SET actor_name = 'Nobody'", "UPDATE journal_entry SET details = details"]
)
def test_the_database_itself_refuses_to_change_an_entry(statement):
    """Also after a migration that makes the table anew on SQLite, which drops its triggers."""
    kept = entry()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Entry.objects.get(pk=kept.pk).actor_name == "Ruth Amsel"


@pytest.mark.parametrize(
    "deed",
    [
        lambda kept: kept.save(),
        lambda kept: kept.delete(),
        lambda _kept: Entry.objects.update(verb="thing.undone"),
        lambda kept: Entry.objects.filter(pk=kept.pk).delete(),
        lambda kept: Entry.objects.bulk_update([kept], ["verb"]),
    ],
    ids=["save", "delete", "update", "delete many", "update many"],
)
def test_entries_are_neither_changed_nor_deleted_from_here(deed):
    kept = entry()

    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        deed(kept)

    assert Entry.objects.filter(pk=kept.pk, verb="thing.tried").exists()
