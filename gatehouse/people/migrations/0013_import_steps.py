"""What a file's columns hold, who asked for each step, and why a file was refused, in any language."""

import django.db.models.deletion
import gatehouse.core.jsons
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0012_leaner_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="rosterimport",
            name="imports_that_wait",
        ),
        migrations.RenameField(
            model_name="rosterimport",
            old_name="message",
            new_name="template",
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="asker",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="begun_at",
            field=models.DateTimeField(help_text="when the step under way was begun", null=True),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="blanks",
            field=models.JSONField(default=dict, help_text="field → what a blank cell means"),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="doubtful",
            field=models.PositiveIntegerField(default=0, help_text="lines in doubt, decided or not"),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="header",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="level_changes",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="params",
            field=models.JSONField(default=dict, encoder=gatehouse.core.jsons.SaidParts),
        ),
        migrations.AddField(
            model_name="savedmapping",
            name="blanks",
            field=models.JSONField(default=dict, help_text="field → what a blank cell means"),
        ),
        migrations.AlterField(
            model_name="refusedline",
            name="params",
            field=models.JSONField(default=dict, encoder=gatehouse.core.jsons.SaidParts),
        ),
        migrations.AlterField(
            model_name="rosterimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("opening", "Being opened"),
                    ("uploaded", "Columns to be confirmed"),
                    ("reading", "Being read"),
                    ("checked", "Waiting for your word"),
                    ("applying", "Being applied"),
                    ("applied", "Applied"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                    ("refused", "Could not be read"),
                    ("stopped", "Stopped"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="rosterimport",
            index=models.Index(
                condition=models.Q(("state__in", ["opening", "reading", "applying", "undoing"])),
                fields=["not_before"],
                name="imports_that_wait",
            ),
        ),
    ]
