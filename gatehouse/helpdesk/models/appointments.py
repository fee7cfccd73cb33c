"""Appointments: when a tutor can be booked, and who booked."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.helpdesk.models.catalogue import Course, Room
from gatehouse.helpdesk.models.tickets import Ticket
from gatehouse.people.models import Person


class BookingHours(models.Model):
    """When a tutor can be booked each week, on the organisation's clock, cut into slots of so many minutes."""

    tutor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="booking_hours")
    weekday = models.PositiveSmallIntegerField(_("day"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    slot = models.PositiveSmallIntegerField(_("minutes a slot"), default=30)
    mode = models.CharField(max_length=6, choices=Ticket.Mode, default=Ticket.Mode.CAMPUS)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL)
    first_on = models.DateField(_("first day"), null=True, blank=True)
    last_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="booking_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="booking_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.tutor} {self.weekday} {self.starts:%H:%M}"


class Appointment(models.Model):
    """A slot that somebody took; its ticket enters the queue at its time, before those who just came."""

    tutor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments_given")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    question = models.TextField(_("question"), max_length=4000, blank=True)
    mode = models.CharField(max_length=6, choices=Ticket.Mode, default=Ticket.Mode.CAMPUS)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    booked_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True, help_text="when the person checked in at the desk")
    ticket = models.OneToOneField(Ticket, null=True, on_delete=models.SET_NULL, related_name="appointment")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tutor", "starts_at"], condition=Q(cancelled_at=None), name="a_slot_is_taken_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_appointment_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["starts_at"])]

    def __str__(self) -> str:
        return f"{self.person} with {self.tutor} at {self.starts_at:%Y-%m-%d %H:%M}"
