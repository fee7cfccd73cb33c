"""The keys that sign tokens."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock


class SigningKey(models.Model):
    """A key pair: published before it signs, signing, then published until the last token it signed has run out.

    The private part is sealed (`core.sealing`); the public one is a JWK (RFC 7517). Which of them signs follows from the
    times, so no job has to be in time for tokens to be right.
    """

    PUBLISHED_BEFORE = timedelta(days=2)  # clients may keep the published set this long
    SIGNS_FOR = timedelta(days=30)
    KEPT_AFTER = timedelta(days=2)  # longer than any token lives that a key signed

    class Algorithm(models.TextChoices):
        ES256 = "ES256"
        RS256 = "RS256"

    kid = models.CharField(max_length=64, primary_key=True)
    algorithm = models.CharField(_("algorithm"), max_length=5, choices=Algorithm)
    private_sealed = models.BinaryField(editable=False)
    public = models.JSONField(help_text="JWK")
    made_at = models.DateTimeField(default=clock.now)
    signs_from = models.DateTimeField(db_index=True)
    signs_until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="leaked, or replaced at once")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(signs_until__gt=models.F("signs_from")), name="a_key_signs_for_a_while")
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.kid}"
