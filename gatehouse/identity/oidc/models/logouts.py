"""What services still have to be told: that somebody signed out."""

from django.db import models

from gatehouse.core import clock
from gatehouse.core.models import DueRow
from gatehouse.identity.oidc.models.clients import Client


class LogoutNotice(DueRow):
    """A logout token on its way to one client (OpenID Connect Back-Channel Logout 1.0), tried until it answers."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="logout_notices")
    subject = models.CharField(max_length=64)
    session = models.CharField(max_length=64, help_text="sid, as the client knows it")
    made_at = models.DateTimeField(default=clock.now, db_index=True)
    told_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="of the last answer")
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], condition=models.Q(told_at=None, given_up_at=None), name="to_be_told")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.session}"
