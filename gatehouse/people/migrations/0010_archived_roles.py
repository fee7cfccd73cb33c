"""Roles of one's own can be put away without being taken from anybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_rosters")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="archived"),
        ),
    ]
