"""What Google Wallet knows of our designs and passes."""

from django.db import models
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.core.models import DueRow
from gatehouse.passes.models.cards import Pass
from gatehouse.passes.models.designs import Design


class GoogleAccount(models.Model):
    """Our issuer account, and the sealed key of the service account that speaks for it. One row.

    `tried_at` is when Google last let the account in or refused it; `answer` is the refusal, "" while all is well.
    """

    issuer_id = models.CharField(max_length=40)
    client_email = models.EmailField()
    sealed_key = models.BinaryField()
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.CharField(max_length=200, blank=True)
    tried_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    PURPOSE = "passes.google"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_google_account")]

    def __str__(self) -> str:
        return self.issuer_id


class GoogleClass(DueRow):
    """A design at Google: `told_version` of it; `tell_since` is the mark that Google is to hear of a newer one."""

    design = models.OneToOneField(Design, on_delete=models.CASCADE, related_name="google")
    class_id = models.CharField(max_length=120, unique=True)
    told_version = models.PositiveIntegerField(null=True)
    tell_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.class_id


class GoogleObject(DueRow):
    """A pass at Google. It is there since `told_at`, and on somebody's phone from `saved_at` until `removed_at`."""

    card = models.OneToOneField(Pass, on_delete=models.CASCADE, related_name="google")
    object_id = models.CharField(max_length=120, unique=True)
    told_version = models.PositiveIntegerField(null=True)
    told_at = models.DateTimeField(null=True)
    tell_since = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], condition=Q(tell_since__isnull=False), name="objects_to_tell_google"),
        ]

    def __str__(self) -> str:
        return self.object_id


class GoogleCallback(models.Model):
    """A call of Google's that was heard, by its nonce: a second one with the same changes nothing.

    Once its own time is over (`expires_at`) it is refused for that, and the row can go.
    """

    nonce = models.CharField(max_length=120, primary_key=True)
    heard_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.nonce
