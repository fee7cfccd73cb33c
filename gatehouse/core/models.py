"""Core's tables: which sweep was due when, and how often something was tried lately."""

from django.db import models
from django.db.models import Q

from gatehouse.core import clock


class DueRow(models.Model):
    """A row that is a job: due at `not_before`, held by whoever wrote `claim` last. See `core.claims`."""

    not_before = models.DateTimeField(default=clock.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True


class Occurrence(models.Model):
    """One run of a sweep: UNIQUE (sweep, due_at), so any number of tickers may run."""

    sweep = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(null=True, help_text="rows the sweep worked on")
    error = models.TextField(blank=True)
    worker = models.CharField(max_length=80, blank=True, help_text="host and process that ran it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "due_at"], name="one_run_per_due_time")]
        indexes = [
            models.Index(fields=["due_at"]),
            models.Index(fields=["due_at"], condition=Q(finished_at__isnull=True), name="runs_not_finished"),
            models.Index(fields=["due_at"], condition=~Q(error=""), name="runs_that_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.sweep} at {self.due_at:%Y-%m-%d %H:%M:%S}"


class Rate(models.Model):
    """How often one key was used in its present window; the key is a keyed hash, so the table names nobody.

    `limit` says which one it is, and `times` how often it may; both as they were when the row was made.
    """

    key = models.CharField(max_length=64, primary_key=True)
    limit = models.CharField(max_length=60, blank=True)
    times = models.PositiveIntegerField(default=0)
    spent = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.spent} until {self.until:%H:%M:%S}"
