"""Who is signed in where, and who is on the way in. Nothing here opens a door by itself: only hashes are kept."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.identity import acr
from gatehouse.people.models import Person


class BrowserSession(models.Model):
    """A browser that we know again by its cookie: `id.hex:token`, of which the token's hash is kept.

    The token changes at each sign-in while the row stays; `methods` says how and when this person proved who they are.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="browser_sessions")
    data = models.TextField(editable=False)
    methods = models.JSONField(default=dict, help_text="method to the time of its last use, in seconds since 1970")
    network = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    began_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-seen_at"])]

    def __str__(self) -> str:
        return as_said(self.browser, self.system)

    @property
    def is_small(self) -> bool:
        """A telephone, as far as it says so."""
        return self.system in {"iPhone", "Android"}

    OF_STRANGERS = timedelta(hours=1)  # who sign in within that, or begin anew

    @staticmethod
    def end(*, began_at: datetime, seen_at: datetime, methods: Mapping[str, float]) -> datetime:
        """30 days after it was last used, and at the latest 90 days after it began; by a keyfob alone, 20 minutes."""
        if set(methods) == {"fob"}:
            return datetime.fromtimestamp(methods["fob"], UTC) + acr.FRESH
        idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        longest = timedelta(seconds=settings.SESSION_LONGEST_AGE)
        return min(seen_at + idle, began_at + longest)


class FlowsQuerySet(models.QuerySet["SignInFlow"]):
    def open(self) -> "FlowsQuerySet":
        return self.filter(used_at=None, expires_at__gt=clock.now(), attempts__lt=SignInFlow.MOST_ATTEMPTS)


class SignInFlow(models.Model):
    """One way in, on the way: an address was given, a letter is on the road, a browser waits.

    A flow for an address that nobody has looks the same and never ends well.
    """

    MOST_ATTEMPTS = 4
    LIFETIME = timedelta(minutes=10)

    class Purpose(models.TextChoices):
        SIGN_IN = "sign-in"
        NEW_ADDRESS = "new-address"
        LINK = "link"  # made by a command; any browser may use it, once
        UPSTREAM = "upstream"  # on the way to another organisation's sign-in; with a person, to connect it with them
        CONNECT = "connect"  # an invitation to connect it, sent by letter; whoever has it, once
        FOB = "fob"  # made for a keyfob that a reader saw
        FIRST_RUN = "first-run"  # the word printed at start, as long as nobody owns the portal

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="sign_in_flows")
    email = models.EmailField(blank=True)
    code_hash = models.CharField(max_length=128, editable=False)
    link_hash = models.CharField(max_length=64, editable=False)
    browser_hash = models.CharField(max_length=64, editable=False)
    next_path = models.CharField(max_length=2000, blank=True)
    upstream = models.CharField(max_length=300, blank=True, help_text="issuer that this browser was sent to")
    begun_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = FlowsQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.used_at and self.expires_at > clock.now() and self.attempts < self.MOST_ATTEMPTS

    @property
    def tries_left(self) -> int:
        return max(self.MOST_ATTEMPTS - self.attempts, 0)

    def count_try(self) -> bool:
        """One try more, counted in the database itself, so that parallel guesses share the same four."""
        return self._change(attempts=F("attempts") + 1)

    def use_up(self) -> bool:
        """True for the one who used it; a flow lets one in, once."""
        rows = SignInFlow.objects.filter(pk=self.pk, used_at=None, expires_at__gt=clock.now())
        return bool(rows.update(used_at=clock.now()))

    def _change(self, **change: Any) -> bool:
        changed = SignInFlow.objects.open().filter(pk=self.pk).update(**change)
        if changed:
            self.refresh_from_db(fields=["attempts"])
        return bool(changed)


class SecondStep(models.Model):
    """As long as this row is there, its person proves a second thing after a code, a link or a password."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="second_step")
    since = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"second step of {self.person_id}"


class RecoveryCode(models.Model):
    """One of ten, shown once and kept as a hash: allauth's can be reckoned again from a seed, and so be shown again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="identity_recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class TrustedBrowser(models.Model):
    """In this browser this person is not asked for the second step, until it ends. Found by the known cookie's name."""

    LASTS = timedelta(days=30)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="trusted_browsers")
    browser_hash = models.CharField(max_length=64, editable=False)
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    began_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "browser_hash"], name="identity_trusted_browser_once")]

    def __str__(self) -> str:
        return as_said(self.browser, self.system)


class KnownNetwork(models.Model):
    """From here this person signed in before; from elsewhere they get a notice. Coarser than an address: see `around`."""

    LASTS = timedelta(days=180)  # since it was last seen

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="known_networks")
    network = models.CharField(max_length=45)
    seen_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "network"], name="identity_known_network_once")]

    def __str__(self) -> str:
        return self.network


class UpstreamIdentity(models.Model):
    """This person is that one in another organisation's sign-in: `uid` is its `sub`, or `tid:oid` of Entra.

    Made while the person is signed in here, by an invitation, or because the roster named them by it; never by e-mail.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="upstream_identities")
    issuer = models.CharField(max_length=300)
    uid = models.CharField(max_length=300)
    linked_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "uid"], name="identity_one_person_per_upstream")]

    def __str__(self) -> str:
        return f"upstream identity {self.pk}"


class Fob(models.Model):
    """A keyfob: found by a keyed hash of its number, of which nothing but the last two letters is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="fobs")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(max_length=60, blank=True)
    hint = models.CharField(max_length=2, editable=False)
    added_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name or _("Keyfob ending in %(hint)s") % {"hint": self.hint}


def as_said(browser: str, system: str) -> str:
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser we do not know")
