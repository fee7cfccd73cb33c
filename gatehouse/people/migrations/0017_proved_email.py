from django.db import migrations, models
from django.db.models import F


def those_who_moved_it_themselves(apps, schema_editor):
    apps.get_model("people", "Person").objects.filter(is_own_email=True).update(proved_email=F("email"))


class Migration(migrations.Migration):
    dependencies = [("people", "0016_told_left")]

    operations = [
        migrations.AddField(
            "person",
            "proved_email",
            models.EmailField(
                editable=False,
                help_text="where they last read a letter of ours; nobody proved another `email`",
                max_length=254,
                null=True,
            ),
        ),
        migrations.RunPython(those_who_moved_it_themselves, migrations.RunPython.noop),
    ]
