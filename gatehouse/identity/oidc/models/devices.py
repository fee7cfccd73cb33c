"""Devices that ask to be let in, on a screen where nobody can type (RFC 8628)."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.identity.oidc.models.clients import Client
from gatehouse.identity.oidc.models.grants import Grant


class DeviceRequest(models.Model):
    """Waits ten minutes for somebody to say yes or no; then its service fetches the tokens, once.

    Of both codes only hashes are kept, that of the short one keyed. The grant comes with the yes, so that whatever ends
    a person's grants ends this one too, fetched or not.
    """

    LIFETIME = timedelta(minutes=10)
    KEPT = timedelta(days=1)  # afterwards, so that a second use is known for what it is
    INTERVAL = 5  # seconds between two questions of the device; RFC 8628, section 3.2
    LONGEST_INTERVAL = 600

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False, help_text="of the device code")
    user_hash = models.CharField(max_length=64, unique=True, editable=False, help_text="of the code people type")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="device_requests")
    scope = models.CharField(_("scopes"), max_length=1000)
    resource = models.CharField(max_length=500, blank=True)
    interval = models.PositiveSmallIntegerField(default=INTERVAL, help_text="seconds; raised by slow_down")
    next_poll_ms = models.BigIntegerField(default=0, help_text="milliseconds since 1970: sooner is too fast")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True)
    grant = models.OneToOneField(Grant, on_delete=models.CASCADE, null=True, related_name="device_request")
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(grant=None) | models.Q(answered_at__isnull=False), name="let_in_by_an_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(grant__isnull=False), name="used_where_let_in"
            ),
        ]

    def __str__(self) -> str:
        return f"device of {self.client_id}"

    @property
    def is_open(self) -> bool:
        """Whether an answer is still wanted."""
        return self.answered_at is None and self.expires_at > clock.now()
