"""The database refuses to change an entry, whoever asks.

On SQLite a later migration that alters this table makes it anew, without its triggers: it must call `forbid` again.
A test asks the database itself.
"""

from django.db import migrations

FORBID = {
    "sqlite": [
        """CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal_entry
           BEGIN SELECT RAISE(ABORT, 'The journal is append-only.'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'The journal is append-only.' USING ERRCODE = 'restrict_violation'; END $$""",
        """CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal_entry
           FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
    ],
}
ALLOW = {
    "sqlite": ["DROP TRIGGER IF EXISTS journal_is_append_only"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS journal_is_append_only ON journal_entry",
        "DROP FUNCTION IF EXISTS journal_is_append_only()",
    ],
}


def forbid(apps, schema_editor):
    for statement in [*ALLOW[schema_editor.connection.vendor], *FORBID[schema_editor.connection.vendor]]:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    for statement in ALLOW[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
