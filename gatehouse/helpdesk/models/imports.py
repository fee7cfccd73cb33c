"""A file of things that the desk keeps: what was read of it, and what it changed, so that it can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.jsons import Compact
from gatehouse.people.models import Person


class CatalogueImport(models.Model):
    """Its lines as text under our columns, compared anew with what is here each time somebody looks.

    Once applied the lines go, and `done` keeps what was before and after: [[before or null, after or null], …], cells as
    text by column.
    """

    class Dates(models.TextChoices):
        AUTO = "auto", _("As the file's own days show")
        MDY = "mdy", _("Month first: 3/31/2027")
        DMY = "dmy", _("Day first: 31/3/2027")

    kind = models.CharField(max_length=20)
    filename = models.CharField(max_length=200)
    dates = models.CharField(max_length=4, choices=Dates, default=Dates.AUTO)
    columns = models.JSONField(default=list)
    ignored = models.JSONField(default=list)
    lines = models.JSONField(default=list, encoder=Compact)
    faults = models.JSONField(default=list, encoder=Compact, help_text="what reading refused: line, column, words")
    done = models.JSONField(default=list, encoder=Compact)
    joined = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0, help_text="changes that an undo left, for they were changed again")
    actor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-made_at"])]

    def __str__(self) -> str:
        return self.filename

    @property
    def can_be_undone(self) -> bool:
        return self.applied_at is not None and self.undone_at is None and bool(self.done)
