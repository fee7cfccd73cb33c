"""What was granted, and the tokens by which it is used. Of codes and refresh tokens only hashes are kept."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.identity.oidc.models.clients import Client
from gatehouse.people.models import Person


class GrantsQuerySet(models.QuerySet["Grant"]):
    def open(self) -> "GrantsQuerySet":
        return self.filter(ended_at=None)


class Grant(models.Model):
    """One sign-in of a person to a client: the family of all that came of one code.

    All tokens name it, and whoever checks a token asks whether it still stands; ending it ends them all at once. The
    session it came of is named by id, for a grant outlives no session, and the row of an ended session is gone.
    """

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed-out", _("signed out")
        SESSION = "session", _("the session ended")
        LEFT = "left", _("the person left")
        WITHDRAWN = "withdrawn", _("consent was withdrawn")
        REVOKED = "revoked", _("the service gave it back")
        CODE_REUSED = "code-reused", _("its code was used twice")
        TOKEN_REUSED = "token-reused", _("a refresh token was used twice")
        DISABLED = "disabled", _("the service was switched off")
        PASSWORD = "password", _("the password was changed")
        REPLACED = "replaced", _("another person signed in")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="given")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="oidc_grants")
    session = models.UUIDField(null=True, help_text="BrowserSession.id; none for a device's")
    subject = models.CharField(max_length=64)
    scope = models.CharField(max_length=1000)
    resource = models.CharField(max_length=500, blank=True)
    nonce = models.CharField(max_length=500, blank=True)
    acr = models.CharField(max_length=7)
    amr = models.JSONField(default=list)
    signed_in_at = models.DateTimeField(help_text="auth_time")
    wanted = models.JSONField(default=dict, help_text="the claims parameter, OpenID Connect Core 1.0, 5.5")
    dpop_key = models.CharField(max_length=64, blank=True, help_text="thumbprint, RFC 9449")
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(db_index=True, help_text="after which nothing is issued any more")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, choices=Ended, blank=True)

    objects = GrantsQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "client"]),
            models.Index(fields=["session"]),
            models.Index(fields=["ended_why", "ended_at"], condition=Q(ended_at__isnull=False), name="grants_ended"),
            models.Index(fields=["ends_at"], condition=Q(session=None), name="grants_without_session"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.ends_at > clock.now()


class Code(models.Model):
    """An authorization code: one use within a minute. A second use, at any time, ends the grant."""

    LIFETIME = timedelta(seconds=60)

    hash = models.CharField(max_length=64, primary_key=True)
    grant = models.OneToOneField(Grant, on_delete=models.CASCADE, related_name="code")
    redirect_uri = models.CharField(max_length=2000)
    challenge = models.CharField(max_length=128, help_text="PKCE S256, RFC 7636")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], condition=Q(used_at=None), name="codes_nobody_used")]

    def __str__(self) -> str:
        return f"code of {self.grant_id}"


class RefreshToken(models.Model):
    """`id.hex:token`, of which the hash is kept.

    Used ones stay as long as their grant does (`queries.over`), so that a second use is known for what it is.
    """

    GRACE = timedelta(seconds=10)  # within which a second use ends nothing: an answer may have been lost

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="refresh_tokens")
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"refresh token of {self.grant_id}"


class RevokedToken(models.Model):
    """An access token given back before it ran out (RFC 7009), by its `jti`."""

    jti = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti


class SeenOnce(models.Model):
    """What may be shown one time only, such as the `jti` of a client's assertion (RFC 7523, section 3), as a hash."""

    hash = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.hash
