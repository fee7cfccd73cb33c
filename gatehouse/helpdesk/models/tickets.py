"""Tickets: a question, who asks it, where it stands in the queue, and who helped for how long."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.helpdesk.models.catalogue import Course, ProblemType, Room, Section
from gatehouse.people.models import Person


class QuestionGroup(models.Model):
    """Several tickets with one question, helped together."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(_("topic"), max_length=120)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.topic


class Ticket(models.Model):
    """One request for help; its number is its key.

    Asked by a person we know, or by a guest with name and address, who is told nothing of others until the address is
    proved: until then the ticket is merely `asked` and stands in no queue, though it keeps its place. `place_at`
    orders the queue: the time of asking, moved back for one who was not found, forward for one who comes back still
    stuck. Every time is from one clock, and asked ≤ claimed ≤ closed in any sequence of deeds: `claimed_at` is the
    first claim since it was last opened. `revision` tells an edit from one made meanwhile.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Address not confirmed yet")
        WAITING = "waiting", _("Waiting")
        AWAY = "away", _("Stepped away")
        CALLED = "called", _("Called, not here yet")
        HELPED = "helped", _("Being helped")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Mode(models.TextChoices):
        CAMPUS = "campus", _("On campus")
        ONLINE = "online", _("Online")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("Solved")
        PARTLY = "partly", _("Partly")
        REFERRED = "referred", _("Sent on")
        NO_SHOW = "no_show", _("Not here")

    class Origin(models.TextChoices):
        PAGE = "page", _("Asked online")
        KIOSK = "kiosk", _("Checked in at the desk")
        WALK_IN = "walk_in", _("Added by a tutor")
        APPOINTMENT = "appointment", _("Appointment")
        BACK_DATED = "back_dated", _("Entered afterwards")
        LEGACY = "legacy", _("From an older system")

    QUEUED: ClassVar = (State.WAITING, State.AWAY, State.CALLED)
    OPEN: ClassVar = (*QUEUED, State.HELPED)

    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets", db_index=False
    )  # there is an index below, and one more would only slow down asking; so with course
    guest_name = models.CharField(_("name"), max_length=120, blank=True)
    guest_email = models.EmailField(_("e-mail"), blank=True)
    confirmed_at = models.DateTimeField(null=True, help_text="when the guest proved the address")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets")
    problem_type = models.ForeignKey(ProblemType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assignment = models.CharField(_("assignment"), max_length=120, blank=True)
    question = models.TextField(_("question"), max_length=4000)
    mode = models.CharField(_("where"), max_length=6, choices=Mode, default=Mode.CAMPUS)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    group = models.ForeignKey(QuestionGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets")
    origin = models.CharField(max_length=11, choices=Origin, default=Origin.PAGE)

    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=clock.now)
    place_at = models.DateTimeField(default=clock.now)
    away_until = models.DateTimeField(null=True)
    called_until = models.DateTimeField(null=True, help_text="the end of the grace for one who was not found")
    arrived_at = models.DateTimeField(null=True, help_text="when the asker checked in at the desk")
    claimed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    outcome = models.CharField(_("how it ended"), max_length=8, choices=Outcome, blank=True)
    next_step = models.CharField(_("next step"), max_length=400, blank=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    notice_at = models.PositiveSmallIntegerField(_("tell me when so many are before me"), null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, help_text="when a letter said so, or would have been of no use")
    receipt_letter_at = models.DateTimeField(null=True)
    turn_letter_at = models.DateTimeField(null=True)
    rating_letter_at = models.DateTimeField(null=True)
    stars = models.PositiveSmallIntegerField(_("rating"), null=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    rated_at = models.DateTimeField(null=True)
    sent_once = models.UUIDField(null=True, unique=True, help_text="the form's own number: a double tap is one ticket")

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_at=None) | Q(claimed_at__gte=F("asked_at")), name="asked_before_claimed"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("asked_at")), name="asked_before_closed"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(claimed_at=None) | Q(closed_at__gte=F("claimed_at")),
                name="claimed_before_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "withdrawn"], closed_at__isnull=False)
                | (~Q(state__in=["closed", "withdrawn"]) & Q(closed_at=None)),
                name="closed_when_it_is_over",
            ),
            models.CheckConstraint(condition=Q(stars=None) | Q(stars__range=(1, 5)), name="one_to_five_stars"),
        ]
        indexes = [
            # SQLite uses it too, for its condition holds no value; see queries.not_over
            models.Index(fields=["course", "place_at"], condition=Q(closed_at=None), name="not_over"),
            models.Index(fields=["closed_at"]),
            models.Index(fields=["course", "asked_at"]),
            models.Index(fields=["asked_at"]),
            models.Index(fields=["person", "asked_at"]),
            models.Index(fields=["guest_email"]),
        ]

    def __str__(self) -> str:
        return f"ticket {self.pk}"

    @property
    def asker(self) -> str:
        return self.person.name if self.person else self.guest_name

    @property
    def waited(self) -> timedelta | None:
        """From asking, or from being opened again, to the first tutor; None while nobody came."""
        return self.claimed_at - (self.reopened_at or self.asked_at) if self.claimed_at else None


class Help(models.Model):
    """One tutor's time with one ticket; several tutors may help at once, each with a row, and one may come back.

    `minutes` is what the tutor made of it afterwards, with a reason; else it is reckoned from the times.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="helps")
    tutor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="helps")
    tutor_name = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "tutor"], condition=Q(ended_at=None), name="a_tutor_helps_a_ticket_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="help_ends_after_it_began"
            ),
        ]
        indexes = [
            models.Index(fields=["tutor", "began_at"]),
            models.Index(fields=["tutor"], condition=Q(ended_at=None), name="helps_under_way"),
            models.Index(fields=["ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.tutor_name} with {self.ticket}"


class Message(models.Model):
    """Something said on a ticket: to its asker, by its asker, or, when private, among tutors."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=200)
    is_private = models.BooleanField(default=False)
    text = models.TextField(max_length=4000)
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("said_at", "pk")

    def __str__(self) -> str:
        return f"{self.author_name} on {self.ticket}"


class Attachment(models.Model):
    """A picture, PDF or text given with a ticket; its kind was read from its content."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="helpdesk/")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class QueueVersion(models.Model):
    """Raised whenever the queue, the shifts or a live ticket change: pages that poll compare it. One row."""

    value = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_queue_version")]

    def __str__(self) -> str:
        return str(self.value)


class SavedReport(models.Model):
    """A report's filters under a name; with `is_monthly` its summary goes to its owner on the first of each month."""

    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    filters = models.JSONField(default=dict)
    is_monthly = models.BooleanField(_("send it to me each month"), default=False)
    sent_on = models.DateField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
