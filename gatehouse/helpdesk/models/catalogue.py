"""What the desk helps with, where and when: courses, terms, sections, kinds of problems, rooms, hours, notices.

Whatever a ticket may name is archived, never deleted, so that old tickets still say its name.
"""

from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.people.models import Person


class Archivable(models.Model):
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Desk(models.Model):
    """How this desk works. One row. Times are minutes."""

    target_wait = models.PositiveSmallIntegerField(_("wait to be kept below"), default=15)
    step_away = models.PositiveSmallIntegerField(_("how long one may step away"), default=10)
    grace = models.PositiveSmallIntegerField(_("how long a person who is called is waited for"), default=3)
    reopen_within = models.PositiveSmallIntegerField(_("hours in which a ticket may be reopened"), default=48)
    notice_at = models.PositiveSmallIntegerField(_("people before, when a letter says so"), default=1)
    longest_help = models.PositiveSmallIntegerField(_("minutes after which a tutor is reminded"), default=45)
    takes_guests = models.BooleanField(_("people without an account may ask"), default=True)
    guest_tickets_per_hour = models.PositiveSmallIntegerField(_("tickets an hour from one guest address"), default=5)
    network_tickets_per_hour = models.PositiveSmallIntegerField(_("tickets an hour from one network"), default=60)
    keep_guests_days = models.PositiveSmallIntegerField(
        _("days until a guest's name and address are erased"), default=365
    )
    book_notice = models.PositiveSmallIntegerField(_("shortest notice of an appointment, in minutes"), default=120)
    book_ahead = models.PositiveSmallIntegerField(_("days ahead that can be booked"), default=21)
    book_most = models.PositiveSmallIntegerField(_("appointments one may have ahead"), default=3)
    reminds_day = models.BooleanField(_("remind of an appointment the day before"), default=True)
    reminds_hour = models.BooleanField(_("remind of an appointment an hour before"), default=True)
    appointment_card = models.PositiveIntegerField(
        _("wallet card of appointments"), null=True, blank=True, help_text="a design, by the number its keeper gives it"
    )
    kiosk_pin = models.CharField(max_length=128, blank=True, editable=False, help_text="hashed")
    kiosk_round = models.PositiveIntegerField(
        default=0, editable=False, help_text="screens that were opened in an earlier round are closed"
    )
    is_board_public = models.BooleanField(_("everybody may look at the wall board"), default=True)
    is_closed_now = models.BooleanField(_("closed for the moment"), default=False)
    closed_because = models.CharField(_("why"), max_length=200, blank=True)
    news = models.CharField(_("what those who wait are told"), max_length=160, blank=True, editable=False)
    news_until = models.DateTimeField(null=True, editable=False)

    KEPT_AS = "helpdesk.desk"  # the cache's key, see queries.desk

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_desk")]

    def __str__(self) -> str:
        return "desk"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        transaction.on_commit(partial(cache.delete, self.KEPT_AS))


class Course(Archivable):
    department = models.CharField(_("department"), max_length=10)
    number = models.CharField(_("number"), max_length=25)
    name = models.CharField(_("name"), max_length=100)
    is_on_display = models.BooleanField(_("shown on the desk's first page"), default=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ("department", "number")
        constraints = [models.UniqueConstraint(fields=["department", "number"], name="one_course_per_number")]

    def __str__(self) -> str:
        return f"{self.code}, {self.name}"

    @property
    def code(self) -> str:
        return f"{self.department} {self.number}"


class Term(Archivable):
    class Season(models.TextChoices):
        JTERM = "JTerm", _("January term")
        SPRING = "Spring", _("Spring")
        SUMMER = "Summer", _("Summer")
        FALL = "Fall", _("Fall")

    year = models.PositiveSmallIntegerField(_("year"))
    season = models.CharField(_("season"), max_length=6, choices=Season)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ("-starts_on",)
        constraints = [
            models.UniqueConstraint(fields=["year", "season"], name="one_term_per_season"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="a_term_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.get_season_display()} {self.year}"


class Instructor(Archivable):
    """Who teaches sections; told apart by e-mail, for two may have one name."""

    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100)
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("instructor")
        verbose_name_plural = _("instructors")
        ordering = ("last_name", "first_name", "pk")

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Section(Archivable):
    """A course as taught in one term; its number is text ("001"), and may come again in the next term."""

    class Mode(models.TextChoices):
        IN_PERSON = "InPerson", _("In person")
        REMOTE = "Remote", _("Remote, at set times")
        ONLINE = "TotallyOnline", _("Online, at any time")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sections", verbose_name=_("course"))
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="sections", verbose_name=_("term"))
    number = models.CharField(_("number"), max_length=20)
    days = models.CharField(_("days"), max_length=14, blank=True, help_text="MoTuWeThFrSaSu")
    start_time = models.TimeField(_("begins"), null=True, blank=True)
    end_time = models.TimeField(_("ends"), null=True, blank=True)
    mode = models.CharField(_("how it is taught"), max_length=13, choices=Mode, default=Mode.IN_PERSON)
    instructor = models.ForeignKey(
        Instructor,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sections",
        verbose_name=_("instructor"),
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("course", "number")
        constraints = [
            models.UniqueConstraint(fields=["course", "term", "number"], name="one_section_per_number_and_term")
        ]

    def __str__(self) -> str:
        return f"{self.course.code} {self.number}"


class ProblemType(Archivable):
    text = models.CharField(_("text"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=50)

    class Meta:
        verbose_name = _("kind of problem")
        verbose_name_plural = _("kinds of problems")
        ordering = ("order", "text")

    def __str__(self) -> str:
        return self.text


class Room(Archivable):
    name = models.CharField(_("name"), max_length=40, unique=True)
    building = models.CharField(_("building"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name}, {self.building}" if self.building else self.name


class OpeningHours(models.Model):
    """One block of a weekday (0 is Monday), on the organisation's clock; a day may have several."""

    weekday = models.PositiveSmallIntegerField(_("day"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens")
        constraints = [
            models.UniqueConstraint(fields=["weekday", "opens"], name="one_block_per_opening"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="it_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Holiday(models.Model):
    """A day on which the desk is closed, whatever the week says."""

    date = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("date",)

    def __str__(self) -> str:
        day = date_format(self.date)
        return f"{day}, {self.name}" if self.name else day


class Notice(models.Model):
    """Told on the desk's pages from the first day to the end of the last."""

    text = models.CharField(_("text"), max_length=400)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-ends_on",)
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="a_notice_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.text


class CannedAnswer(Archivable):
    title = models.CharField(_("title"), max_length=80, unique=True)
    text = models.TextField(_("text"), max_length=4000)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.CASCADE, verbose_name=_("course"))
    is_public = models.BooleanField(_("shown to whoever asks"), default=False)

    class Meta:
        verbose_name = _("ready answer")
        verbose_name_plural = _("ready answers")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Tutoring(Archivable):
    """This person helps in this course, as a tutor, or leads it: sees its tickets and reports, and sets who tutors."""

    class Part(models.TextChoices):
        TUTOR = "tutor", _("Tutor")
        LEAD = "lead", _("Course lead")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tutorings")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="tutorings")
    part = models.CharField(max_length=5, choices=Part, default=Part.TUTOR)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "course"], name="one_part_per_person_and_course")]

    def __str__(self) -> str:
        return f"{self.person}: {self.course.code}"


class Shift(models.Model):
    """A tutor is here, from then to then; open while `ended_at` is empty. `room` is empty for one who is only online."""

    tutor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts")
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.SET_NULL)
    video_link = models.URLField(_("video link"), blank=True, max_length=400)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tutor"], condition=Q(ended_at=None), name="one_open_shift_per_tutor")
        ]
        indexes = [models.Index(fields=["started_at"])]

    def __str__(self) -> str:
        return f"{self.tutor} since {self.started_at:%H:%M}"
