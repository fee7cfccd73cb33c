"""Requests that services pushed before they send somebody."""

from datetime import timedelta

from django.db import models

from gatehouse.identity.oidc.models.clients import Client


class PushedRequest(models.Model):
    """An authorization request that its client pushed (RFC 9126), under a name of which the hash is kept.

    It is opened once: the browser that does so has it for itself from then on, and may load the page anew, sign in and
    prove things meanwhile (section 4). The first answer that is given to it uses it up.
    """

    PREFIX = "urn:ietf:params:oauth:request_uri:"
    LIFETIME = timedelta(seconds=60)  # until it is opened
    OPEN_FOR = timedelta(minutes=30)  # until it is answered
    SEALED_FOR = "oidc.pushed-request"

    hash = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="pushed")
    sealed = models.BinaryField(editable=False, help_text="its parameters; a hint may be a token")
    browser_hash = models.CharField(max_length=64, blank=True, help_text="of the one that opened it")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request of {self.client_id}"
