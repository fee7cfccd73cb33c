"""Passes, the phones that hold them, and what those said."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.jsons import Compact
from gatehouse.core.models import DueRow
from gatehouse.mail.models import Letter
from gatehouse.passes.blueprint import Content, Face
from gatehouse.passes.models.batches import Batch
from gatehouse.passes.models.designs import Design, DesignVersion
from gatehouse.people.models import Membership, Person


class Pass(models.Model):
    """One card: of a membership, of a person, or of nobody yet, then with `own` values (balance, seat, name).

    `content` is what version `version` says, in the look of `design_version`; the download is made of these two, so it
    is exactly what was announced. `tag` numbers all changes of all passes in the order of their commits. Wallet tells
    versions apart by whole seconds, so `modified_at` never has the same twice for one pass. `stale_since` is the mark
    that its facts may have changed. Stopped by hand (`voided_at`) is for good; a lapsed membership is said in `content`.
    """

    serial = models.CharField(max_length=20, unique=True)
    sealed_token = models.BinaryField()
    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="passes")
    membership = models.ForeignKey(
        Membership, null=True, on_delete=models.SET_NULL, related_name="passes", db_index=False
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="passes", db_index=False)
    own = models.JSONField(default=dict, encoder=Compact)
    about = models.CharField(
        max_length=80,
        null=True,
        help_text="what else of the portal it stands for, in the words of whoever asked for it",
    )
    code = models.CharField(max_length=40, null=True, unique=True, help_text="of a pass of nobody: printed on it")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="passes")

    content = models.JSONField(default=dict, encoder=Compact)
    design_version = models.ForeignKey(DesignVersion, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    tag = models.BigIntegerField(default=0)
    modified_at = models.DateTimeField(default=clock.now)
    stale_since = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True, help_text="why the last attempt to renew it failed")

    issued_at = models.DateTimeField(default=clock.now)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.SET_NULL, related_name="+")
    scanned_at = models.DateTimeField(null=True)

    PURPOSE: ClassVar = "passes.token"

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        constraints = [
            models.CheckConstraint(condition=Q(membership=None) | Q(person=None), name="one_holder_at_most"),
            models.UniqueConstraint(
                fields=["design", "membership"], condition=Q(voided_at=None), name="one_live_pass_per_membership"
            ),
            models.UniqueConstraint(
                fields=["design", "person"], condition=Q(voided_at=None), name="one_live_pass_per_person"
            ),
            models.UniqueConstraint(
                fields=["about"], condition=Q(voided_at=None, about__isnull=False), name="one_live_pass_about_a_thing"
            ),
        ]
        indexes = [
            models.Index(fields=["stale_since"], condition=Q(stale_since__isnull=False), name="passes_to_renew"),
            models.Index(fields=["membership", "design"]),
            models.Index(fields=["person", "design"]),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def holder(self) -> Person | None:
        return self.membership.person if self.membership else self.person

    @property
    def holder_name(self) -> str:
        return self.holder.name if self.holder else str(self.own.get("name", ""))

    @property
    def face(self) -> Face:
        return Face(self.design_version.blueprint, Content(**self.content))


class Renewal(models.Model):
    """One new version of a pass: which of its fields changed, by their keys."""

    card = models.ForeignKey(Pass, on_delete=models.CASCADE, related_name="renewals")
    version = models.PositiveIntegerField()
    changed = models.JSONField(default=list, encoder=Compact)
    made_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "version"], name="one_renewal_per_version")]

    def __str__(self) -> str:
        return f"{self.card} {self.version}"


class LastTag(models.Model):
    """The highest `tag` given so far. One row, locked while a change is written, so that tags commit in order."""

    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_last_tag")]

    def __str__(self) -> str:
        return str(self.value)


class Device(DueRow):
    """A phone's wallet, as Apple's web service knows it, for one pass type: a push goes to a wallet, not to a pass.

    `push_since` is the mark that it has something to fetch; with it the row waits for a sweep. A token that Apple calls
    dead, or that another wallet registered since, is taken away.
    """

    library_id = models.CharField(max_length=200)
    pass_type_id = models.CharField(max_length=120)
    push_token = models.CharField(max_length=200, null=True)
    token_at = models.DateTimeField(default=clock.now, help_text="when the phone last told the token")
    push_since = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=100, blank=True, help_text="Apple's last refusal")
    passes = models.ManyToManyField(Pass, through="Registration", related_name="devices")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["library_id", "pass_type_id"], name="one_device_per_library"),
            models.UniqueConstraint(fields=["push_token", "pass_type_id"], name="one_device_per_push_token"),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(push_since__isnull=False), name="devices_to_push"),
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"


class Registration(models.Model):
    """This wallet holds this pass and wants to hear of changes.

    With a `tag` of its own the pass is listed to the wallet once more: what was put into it, say from a letter of last
    month, may have been an older version.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="registrations", db_index=False)
    card = models.ForeignKey(Pass, on_delete=models.CASCADE, related_name="registrations")
    tag = models.BigIntegerField(default=0)
    registered_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "card"], name="a_pass_once_on_a_device")]

    def __str__(self) -> str:
        return f"{self.card} on {self.device}"


class DeviceReport(models.Model):
    """A line that a phone wrote about our passes, as it came; anybody can send such lines."""

    text = models.CharField(max_length=500)
    at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.text
