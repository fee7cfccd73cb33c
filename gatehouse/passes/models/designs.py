"""How passes look and what they say: designs, their published versions, and pictures."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.jsons import Compact
from gatehouse.passes.blueprint import Blueprint
from gatehouse.people.models import Group


class Design(models.Model):
    """One kind of pass. `draft` is a Blueprint being worked on; what phones show is a published DesignVersion.

    A design for memberships is for those of `source` and of `levels`, one for people for those in `group`; blank is all.
    With `is_automatic` every one of them gets a pass without being asked for.
    """

    class Subject(models.TextChoices):
        MEMBERSHIP = "membership", _("A membership")
        PERSON = "person", _("A person")
        NOBODY = "nobody", _("Nobody yet: gift cards, tickets")

    name = models.CharField(_("name"), max_length=80, unique=True)
    subject = models.CharField(_("for"), max_length=10, choices=Subject, default=Subject.MEMBERSHIP)
    pass_type_id = models.CharField(_("pass type"), max_length=120)
    draft = models.JSONField(default=dict, encoder=Compact)
    source = models.CharField(_("source"), max_length=60, blank=True)
    levels = models.JSONField(_("levels"), default=list, blank=True, encoder=Compact)
    group = models.ForeignKey(Group, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("group"))
    is_automatic = models.BooleanField(_("give one to everybody it is for"), default=False)
    published = models.ForeignKey(
        "DesignVersion", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    changed_by = models.CharField(max_length=200, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("design")
        verbose_name_plural = _("designs")

    def __str__(self) -> str:
        return self.name

    @property
    def blueprint(self) -> Blueprint:
        """The draft."""
        return Blueprint.from_json(self.draft)

    @property
    def is_pending(self) -> bool:
        """Whether the draft says something that phones do not show yet."""
        return self.published is None or self.published.blueprint != self.blueprint


class DesignVersion(models.Model):
    """A design as it was published: never changed after."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(encoder=Compact)
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["design", "number"], name="one_design_version_per_number")]

    def __str__(self) -> str:
        return f"{self.design} {self.number}"

    @cached_property
    def blueprint(self) -> Blueprint:
        return Blueprint.from_json(self.content)


class DesignImage(models.Model):
    """A PNG as phones get it, named by its SHA-256; blueprints name it, and never does it change."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    png = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class Certificate(models.Model):
    """A Pass Type ID certificate with its key, sealed; the newest not retired one of a type signs and pushes.

    `chain` is PEM: the certificate itself, then the intermediate that issued it. With `is_test` it is not Apple's,
    and the cards it signs are for testing. With `push_trouble` Apple can't be told of new versions under it, since
    `push_trouble_since`; it is tried again at `push_retry_at`.
    """

    pass_type_id = models.CharField(max_length=120)
    team_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    chain = models.TextField()
    sealed_key = models.BinaryField()
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the certificate, hexadecimal")
    is_test = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True)
    push_trouble = models.CharField(max_length=300, blank=True)
    push_trouble_since = models.DateTimeField(null=True)
    push_retry_at = models.DateTimeField(null=True)
    warned_days = models.PositiveSmallIntegerField(null=True, help_text="the last warning said: in so many days")

    PURPOSE = "passes.certificate"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pass_type_id"], condition=Q(retired_at=None), name="one_certificate_per_pass_type"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def days_left(self) -> int:
        """Whole days, never less than 0."""
        return max((self.expires_at - clock.now()).days, 0)

    @property
    def is_over(self) -> bool:
        return self.expires_at <= clock.now()
