"""Services that let Gatehouse sign people in."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.identity.oidc.kinds import DEVICE
from gatehouse.identity.oidc.uris import place_of
from gatehouse.people.models import Role


class ClientsQuerySet(models.QuerySet["Client"]):
    def open(self) -> "ClientsQuerySet":
        return self.filter(disabled_at=None)


class Client(models.Model):
    """An OAuth 2.0 client (RFC 6749, section 2), registered by whoever runs the portal.

    Addresses are compared as they are written here, letter by letter; see `checking`. What it may ask for is the meet of
    `scopes` and `grants`; who may sign in there is `roles` (none named: everybody) and `acr_floor`.
    """

    class Kind(models.TextChoices):
        WEB = "web", _("Web application")
        PAGE = "page", _("Single-page application")
        NATIVE = "native", _("Application on a phone or computer")
        SERVICE = "service", _("Service without people")
        FORUM = "forum", _("Forum that speaks DiscourseConnect")

    class Proof(models.TextChoices):
        """How it proves who it is at the token endpoint (token_endpoint_auth_method, RFC 7591)."""

        BASIC = "client_secret_basic", _("secret in the header")
        POST = "client_secret_post", _("secret in the body")
        KEY = "private_key_jwt", _("signed with its own key")
        NONE = "none", _("none: it can keep no secret")

    class Acr(models.TextChoices):
        """How sure a sign-in is, from the weakest; see `identity.acr`."""

        PLASTIC = "plastic", _("keyfob")
        BRONZE = "bronze", _("any sign-in")
        SILVER = "silver", _("proved within 20 minutes")
        GOLD = "gold", _("second factor within 20 minutes")

    class Subjects(models.TextChoices):
        PUBLIC = "public", _("the same everywhere")
        PAIRWISE = "pairwise", _("another one at each service")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client_id = models.CharField(_("client id"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    proof = models.CharField(_("how it proves who it is"), max_length=20, choices=Proof, default=Proof.BASIC)
    redirect_uris = models.JSONField(_("redirect addresses"), default=list, blank=True)
    post_logout_uris = models.JSONField(_("addresses after signing out"), default=list, blank=True)
    backchannel_logout_uri = models.CharField(_("address told of sign-outs"), max_length=500, blank=True)
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    grants = models.JSONField(_("grants"), default=list, blank=True, help_text="grant_type values")
    resources = models.JSONField(_("audiences"), default=list, blank=True, help_text="RFC 8707; else this portal")
    jwks = models.JSONField(_("its public keys"), null=True, blank=True, help_text="for private_key_jwt")
    signs_with = models.CharField(_("algorithm of its tokens"), max_length=5, default="ES256")
    subjects = models.CharField(_("subject"), max_length=8, choices=Subjects, default=Subjects.PUBLIC)
    claims = models.JSONField(
        _("claims of its own"), default=dict, blank=True, help_text="claim to where it comes from"
    )
    claims_in_id_token = models.BooleanField(
        _("claims in the ID token too"), default=False, help_text="for those that never ask at userinfo"
    )
    roles = models.ManyToManyField(Role, verbose_name=_("who may sign in"), blank=True, related_name="+")
    acr_floor = models.CharField(_("how sure a sign-in must be"), max_length=7, choices=Acr, default=Acr.BRONZE)
    is_trusted = models.BooleanField(_("one of our own: nobody is asked for consent"), default=False)
    needs_par = models.BooleanField(_("requests are pushed first"), default=False)
    needs_dpop = models.BooleanField(_("tokens are bound to a key"), default=False)
    access_seconds = models.PositiveIntegerField(_("seconds an access token lives"), default=300)
    refresh_idle_days = models.PositiveSmallIntegerField(_("days a refresh token lives unused"), default=30)
    refresh_days = models.PositiveSmallIntegerField(_("days after which one signs in again"), default=90)
    home_url = models.CharField(_("address"), max_length=500, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    used_on = models.DateField(_("last used"), null=True, blank=True, editable=False)
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_introspector = models.BooleanField(_("may ask about tokens of others"), default=False)

    objects = ClientsQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        return self.proof == self.Proof.NONE

    @property
    def uses_device(self) -> bool:
        """Whether people let it in on another screen, by a short code (RFC 8628)."""
        return DEVICE in self.grants

    @property
    def home_place(self) -> str:
        """The host of its page, as a person reads it."""
        return place_of(self.home_url)

    @property
    def is_self_made(self) -> bool:
        """Whether it registered itself (RFC 7591): such a one is never trusted."""
        return hasattr(self, "registration")

    @property
    def pairwise_sector(self) -> str:
        """Whose subjects these are: "" is everybody's."""
        return self.client_id if self.subjects == self.Subjects.PAIRWISE else ""


class ClientSecret(models.Model):
    """Generated, at least 256 bits, shown once and kept as SHA-256; two at a time while one replaces the other.

    That of a forum signs (HMAC), so it is needed again: it is kept sealed besides.
    """

    SEALED_FOR = "oidc.client-secret"

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="secrets")
    hash = models.CharField(max_length=64, editable=False)
    hint = models.CharField(_("its last letters"), max_length=4)
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=models.F("made_at")), name="a_secret_ends_after_it_was_made"
            )
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"

    @property
    def is_open(self) -> bool:
        return self.ends_at is None or self.ends_at > clock.now()
