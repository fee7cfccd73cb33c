"""The keys that sign tokens."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock, sealing
from gatehouse.identity.oidc import keys

SEALED_FOR = "oidc.signing-key"


class KeysManager(models.Manager["SigningKey"]):
    def top_up(self) -> int:
        """Make the keys that are due: the first of each algorithm, and successors ahead of their hour; how many.

        Two processes that do it at once make one: (algorithm, signs_from) is unique.
        """
        here, now = list(self.all()), clock.now()
        before = self.count()
        for algorithm in keys.ALGORITHMS:
            hour = keys.next_hour(here, algorithm, now, ahead=SigningKey.PUBLISHED_BEFORE)
            if hour:
                is_first = not any(key.algorithm == algorithm and not key.withdrawn_at for key in here)
                at = hour.replace(minute=0, second=0, microsecond=0) if is_first else hour
                self.bulk_create([SigningKey.made(algorithm, at)], ignore_conflicts=True)
        return self.count() - before


class SigningKey(models.Model):
    """A key pair: published before it signs, signing, then published until the last token it signed has run out.

    The private part is sealed (`core.sealing`); the public one is a JWK (RFC 7517). Which of them signs follows from the
    times (`keys`), so no job has to be in time for tokens to be right.
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

    objects = KeysManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(signs_until__gt=models.F("signs_from")), name="a_key_signs_for_a_while"),
            models.UniqueConstraint(
                fields=["algorithm", "signs_from"], condition=Q(withdrawn_at=None), name="one_key_begins_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.kid}"

    @classmethod
    def made(cls, algorithm: keys.Algorithm, signs_from: datetime) -> "SigningKey":
        """A new one, not saved yet."""
        pair = keys.new_pair(algorithm)
        return cls(
            kid=pair.kid,
            algorithm=algorithm,
            private_sealed=sealing.seal(pair.private, purpose=SEALED_FOR),
            public=dict(pair.public),
            signs_from=signs_from,
            signs_until=signs_from + cls.SIGNS_FOR,
        )

    @property
    def opened(self) -> keys.SigningJwk:
        return keys.opened(sealing.unseal(bytes(self.private_sealed), purpose=SEALED_FOR))
