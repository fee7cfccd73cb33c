"""Appointments: when a tutor can be booked, who booked, and the calendars that are told of it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.helpdesk.models.catalogue import Course, Room
from gatehouse.helpdesk.models.tickets import Ticket
from gatehouse.people.models import Person


class BookingHours(models.Model):
    """When a tutor can be booked each week, on the organisation's clock, cut into slots of so many minutes."""

    tutor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="booking_hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=list(WEEKDAYS.items()))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    slot = models.PositiveSmallIntegerField(_("minutes a slot"), default=30)
    mode = models.CharField(_("where"), max_length=6, choices=Ticket.Mode, default=Ticket.Mode.CAMPUS)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("room"))
    first_on = models.DateField(_("first day"), null=True, blank=True)
    last_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("bookable hours")
        verbose_name_plural = _("bookable hours")
        ordering = ("weekday", "starts", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="booking_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="booking_on_a_weekday"),
            models.CheckConstraint(condition=Q(slot__range=(5, 240)), name="a_slot_has_5_to_240_minutes"),
            models.CheckConstraint(
                condition=Q(first_on=None) | Q(last_on=None) | Q(last_on__gte=F("first_on")),
                name="booking_ends_not_before_its_first_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class Appointment(models.Model):
    """A slot that somebody took; its ticket enters the queue at its time, before those who just came.

    `uid` names it in calendars for good, and `sequence` counts what was changed of it since (RFC 5545, 3.8.7.4). That
    appointments of one person never overlap is kept by a lock on both people while one is made, see `actions.booking`;
    the database itself refuses two that begin at once.
    """

    tutor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments_given")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    question = models.TextField(_("question"), max_length=4000, blank=True)
    mode = models.CharField(max_length=6, choices=Ticket.Mode, default=Ticket.Mode.CAMPUS)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    booked_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=200, blank=True)
    cancelled_because = models.CharField(max_length=400, blank=True)
    day_letter_at = models.DateTimeField(null=True, help_text="the reminder of the day before")
    hour_letter_at = models.DateTimeField(null=True, help_text="the reminder of the hour before")
    arrived_at = models.DateTimeField(null=True, help_text="when the person checked in at the desk")
    ticket = models.OneToOneField(Ticket, null=True, on_delete=models.SET_NULL, related_name="appointment")

    AHEAD: ClassVar = Q(cancelled_at=None, ticket=None)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["tutor", "starts_at"], condition=Q(cancelled_at=None), name="a_slot_is_taken_once"
            ),
            models.UniqueConstraint(
                fields=["person", "starts_at"], condition=Q(cancelled_at=None), name="nobody_is_at_two_places"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_appointment_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(person=F("tutor")), name="nobody_books_oneself"),
        ]
        indexes = [
            models.Index(fields=["starts_at"]),
            models.Index(
                fields=["starts_at"], condition=Q(cancelled_at=None, ticket=None), name="appointments_to_open"
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"


class CalendarLink(models.Model):
    """The right to read a person's appointments by an address that calendars fetch; a new `nonce` ends the old address.

    The address itself is kept nowhere: it is reckoned from this row and the portal's key.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_link")
    nonce = models.UUIDField(default=uuid4)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"calendar {self.pk}"
