"""Passes of nobody yet, made many at a time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.jsons import Compact
from gatehouse.core.models import DueRow
from gatehouse.passes.models.designs import Design
from gatehouse.people.models import Person


class Batch(DueRow):
    """So many passes with random codes, or one for each line of a file.

    What came as a file is a draft until `asked_at`: its `lines` ({"code", "own"}) and what is wrong with it, `faults`
    ({"line", "column", "message"}). Then its passes are made, at once or by a sweep, and it is finished. `own` holds what
    all of them say; once it is finished its lines are forgotten.
    """

    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="batches")
    filename = models.CharField(max_length=200, blank=True)
    wanted = models.PositiveIntegerField()
    own = models.JSONField(default=dict, encoder=Compact)
    lines = models.JSONField(default=list, encoder=Compact)
    faults = models.JSONField(default=list, encoder=Compact)
    asker = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField(default=clock.now, db_index=True)
    asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True, help_text="why it was given up, and nothing of it was made")

    class Meta:
        verbose_name = _("batch of passes")
        verbose_name_plural = _("batches of passes")
        constraints = [models.CheckConstraint(condition=Q(wanted__gt=0), name="a_batch_of_some")]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.asked_at is None

    @property
    def is_waiting(self) -> bool:
        return self.asked_at is not None and self.finished_at is None and not self.fault
