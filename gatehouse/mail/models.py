"""Every mail is a Letter first: what is to be sent, to whom, and what became of it."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.mail.delivery import Answer
from gatehouse.people.models import Person


class MessageClass(models.TextChoices):
    TRANSACTIONAL = "transactional", _("Notices")
    PERSONAL = "personal", _("Personal letters")
    BULK = "bulk", _("Letters to many")


class Run(models.Model):
    """One sending to many: each recipient gets its letter once."""

    name = models.CharField(_("name"), max_length=200)
    message_class = models.CharField(max_length=13, choices=MessageClass)
    is_held = models.BooleanField(default=False, help_text="its letters wait for a release when they are written")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """One delivering process; the row's id is its epoch. That it lives is told by a lock, not by this row."""

    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"worker {self.pk}"


class Letter(models.Model):
    """One letter to one address, and its fate. The outbox (`outbox.py`) alone moves it past `queued`.

    A letter with a credential keeps its bytes and values sealed, and loses both once its fate is settled; its subject
    stays, and so never carries the credential.
    """

    class State(models.TextChoices):
        EXPANDED = "expanded", _("Being written")
        QUEUED = "queued", _("Waiting")
        CLAIMED = "claimed", _("Next in line")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Refused")
        SUPPRESSED = "suppressed", _("Not sent: on the stop list")
        HELD = "held", _("Held")
        HELD_OUT = "held_out", _("Left out for comparison")

    class Urgency(models.IntegerChoices):
        CREDENTIAL = 0
        TRANSACTIONAL = 1
        PERSONAL = 2
        BULK = 3

    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, null=True, related_name="letters", db_index=False
    )  # found by the unique key below
    recipient = models.CharField(max_length=120, help_text="person:<id>, address:<…> or a row of a data table")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="letters")
    name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    message_class = models.CharField(_("kind"), max_length=13, choices=MessageClass)
    topic = models.CharField(max_length=60, blank=True, help_text="what one can unsubscribe from, within its class")
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    message_id = models.CharField(max_length=120, unique=True)
    template = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    rules = models.JSONField(default=dict)
    rendered = models.BinaryField(null=True)
    is_credential = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    worker = models.BigIntegerField(null=True, help_text="epoch of the process that claimed it last")
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=clock.now)
    maybe_duplicate = models.BooleanField(default=False)
    answer_code = models.PositiveSmallIntegerField(null=True)
    answer_enhanced = models.CharField(max_length=12, blank=True)
    answer_text = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    first_tried_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    WAITING: ClassVar = (State.EXPANDED, State.QUEUED, State.CLAIMED, State.SENDING)
    STOPPABLE: ClassVar = (State.EXPANDED, State.QUEUED, State.CLAIMED)
    SETTLED: ClassVar = (State.SENT, State.FAILED, State.SUPPRESSED)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["run", "recipient"], name="one_letter_per_run_and_recipient"),
            models.CheckConstraint(
                condition=Q(state="expanded")
                | Q(rendered__isnull=False)
                | ~Q(state__in=["queued", "claimed", "sending"]),
                name="a_letter_on_its_way_is_written",
            ),
        ]
        indexes = [
            models.Index("urgency", "not_before", "id", condition=Q(state="queued"), name="letters_due"),
            models.Index("worker", condition=Q(state__in=["claimed", "sending"]), name="letters_in_hand"),
            models.Index("id", condition=Q(state="expanded"), name="letters_to_write"),
            models.Index(F("created_at").desc(), F("id").desc(), name="letters_by_time"),
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(state__in=["failed", "suppressed", "held", "held_out"]),
                name="letters_in_question",
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} to {self.name or self.address}"

    @property
    def standing(self) -> str:
        """The state as people see it: waiting, sending, sent, refused, stopped, held or held_out."""
        return STANDINGS.get(self.state, self.state)

    @property
    def answer(self) -> Answer:
        """What the server said last; or, with code 0, what happened."""
        return Answer(self.answer_code or 0, self.answer_enhanced, self.answer_text)


STANDINGS: dict[str, str] = {
    Letter.State.EXPANDED: "waiting",
    Letter.State.QUEUED: "waiting",
    Letter.State.CLAIMED: "waiting",
    Letter.State.FAILED: "refused",
    Letter.State.SUPPRESSED: "stopped",
}


class Attempt(models.Model):
    """One offer that did not end in a yes; the yes stands in the letter itself."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Letter.State)
    code = models.PositiveSmallIntegerField(null=True)
    enhanced = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def answer(self) -> Answer:
        return Answer(self.code or 0, self.enhanced, self.text)


class Suppression(models.Model):
    """Where no letter goes: an address, as far as the scope reaches.

    Scopes: `all`, `class:bulk`, `topic:garden-news`. What a person unsubscribes from, or complains about, is never
    `all`, so that sign-in codes still reach them.
    """

    class Reason(models.TextChoices):
        BOUNCE = "bounce", _("The address does not exist")
        COMPLAINT = "complaint", _("Reported as junk")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        BY_HAND = "by_hand", _("Stopped by hand")

    ALL: ClassVar = "all"

    address = models.CharField(_("address"), max_length=254)
    scope = models.CharField(_("what is stopped"), max_length=80, default="all")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        constraints = [
            models.UniqueConstraint(fields=["address", "scope"], name="one_stop_per_address_and_scope"),
            models.CheckConstraint(
                condition=~Q(scope="all") | Q(reason__in=["bounce", "by_hand"]),
                name="only_bounces_and_staff_stop_everything",
            ),
        ]
        indexes = [models.Index(F("created_at").desc(), F("id").desc(), name="stops_by_time")]

    def __str__(self) -> str:
        return f"{self.address}: {self.scope}"

    @property
    def reach(self) -> str:
        """What is stopped, in words."""
        kind, _colon, name = self.scope.partition(":")
        if kind == "class" and name in MessageClass.values:
            return str(MessageClass(name).label)
        return name or str(_("Everything, sign-in codes too"))


class Sending(models.Model):
    """Whether letters go out at all. One row: paused by somebody, or in trouble with the mail server."""

    class Trouble(models.TextChoices):
        UNREACHABLE = "unreachable", _("The mail server can't be reached")
        REFUSED = "refused", _("The mail server refuses us")

    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=200, blank=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True)
    trouble_text = models.CharField(max_length=500, blank=True)
    trouble_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    paced_until = models.DateTimeField(null=True, help_text="when the last letter is due that keeps the rate")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_sending")]

    def __str__(self) -> str:
        return "paused" if self.paused_at else self.trouble or "sending"
