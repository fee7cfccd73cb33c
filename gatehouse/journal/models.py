"""Who did what to what, when, from where. Append-only: rows are written once and never changed."""

from typing import Any, NoReturn

from django.db import models

from gatehouse.core import clock


class EntriesQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The journal is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The journal is append-only.")


class Entry(models.Model):
    """One act. The actor's id and name are copied, not referred to, so that the entry outlives the person's record.

    The database itself refuses to change an entry, by a trigger. Deleting is refused here only: whoever must delete by
    law what has grown old does it in the database, knowingly, and a restore may replace the whole table.
    """

    at = models.DateTimeField(default=clock.now)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    subject_id = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict, blank=True)
    door = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    objects = EntriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["verb", "-at"]),
            models.Index(fields=["actor_id", "-at"]),
            models.Index(fields=["subject_id", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The journal is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The journal is append-only.")
