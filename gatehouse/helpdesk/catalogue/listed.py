"""The kinds of things that the desk keeps, each described once. Headers are those of the reference's files."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from gatehouse.core.said import noop
from gatehouse.helpdesk.catalogue.cells import (
    Clock,
    Day,
    Email,
    OneOf,
    Season,
    Text,
    Truth,
    Weekday,
    Weekdays,
    Whole,
    prose,
)
from gatehouse.helpdesk.catalogue.kinds import Column, Key, Kind, Reference, active, by, column, fold
from gatehouse.helpdesk.catalogue.staff import StaffKind, code_of
from gatehouse.helpdesk.models import (
    CannedAnswer,
    Course,
    Holiday,
    Instructor,
    Notice,
    OpeningHours,
    ProblemType,
    Room,
    Section,
    Term,
)

SEASONS = tuple(Term.Season.values)
NO_COURSE = noop("There is no course “%(cell)s” here. Bring the courses in first.")


def _term(before: str = "") -> Concat:
    return Concat(F(f"{before}season"), Value(" "), Cast(F(f"{before}year"), CharField()), output_field=CharField())


def _instructor_key(values: Mapping[str, Any]) -> Key:
    """The address; without one, the name among those who have none."""
    if values["email"]:
        return (values["email"],)
    return ("", fold(values["first_name"]), fold(values["last_name"]))


def _optional(name: str, cell: Any, field: str = "", *, blank: Any = "", **more: Any) -> Any:
    return column(name, cell, field, is_required=False, blank=blank, **more)


COURSES = Kind(
    slug="courses",
    model=Course,
    icon="book-open",
    columns=(
        column("department", Text(10), is_name=True),
        column("number", Text(25), is_name=True),
        column("name", Text(100)),
        _optional("on_display", Truth(), "is_on_display", blank=True),
        active,
    ),
    key=by("department", "number"),
    fields=("department", "number", "name", "is_on_display"),
    shown=("is_on_display",),
    search=("department", "number", "name"),
    empty=_("No courses yet. A file brings them all at once, or add them one by one."),
)
SEMESTERS = Kind(
    slug="semesters",
    model=Term,
    icon="calendar-days",
    columns=(
        column("year", Whole(least=1950, most=2200)),
        column("season", OneOf(words=SEASONS, also=(("Autumn", "Fall"), ("January", "JTerm"), ("Winter", "JTerm")))),
        column("start_date", Day(), "starts_on"),
        column("end_date", Day(), "ends_on"),
        active,
    ),
    key=by("year", "season"),
    fields=("year", "season", "starts_on", "ends_on"),
    shown=("starts_on", "ends_on"),
    search=("season", "year"),
    empty=_("No terms yet. Reports and sections ask for them."),
    spans=(("starts_on", "ends_on"),),
)
PROFESSORS = Kind(
    slug="professors",
    model=Instructor,
    icon="graduation-cap",
    columns=(
        _optional("first_name", Text(100)),
        column("last_name", Text(100)),
        _optional("email", Email(254), blank=None, is_name=True),
        active,
    ),
    key=_instructor_key,
    fields=("first_name", "last_name", "email"),
    shown=("email",),
    search=("first_name", "last_name", "email"),
    empty=_("No instructors yet. Sections name them, and reports can be read by them."),
)
SECTIONS = Kind(
    slug="sections",
    model=Section,
    icon="columns-3",
    columns=(
        Column("department", Text(10), "course__department", is_name=True),
        Column("number", Text(25), "course__number", is_name=True),
        column("section", Text(20), "number", is_name=True),
        Column("semester", Season(seasons=SEASONS), _term("term__"), is_name=True),
        _optional("days", Weekdays(14)),
        _optional("start_time", Clock(), blank=None),
        _optional("end_time", Clock(), blank=None),
        _optional(
            "mode",
            OneOf(words=tuple(Section.Mode.values), also=(("Online", "TotallyOnline"), ("On campus", "InPerson"))),
            blank=Section.Mode.IN_PERSON.value,
        ),
        Column("professor_email", Email(254), "instructor__email", is_required=False, blank=None, is_name=True),
        active,
    ),
    key=by("department", "number", "section", "semester"),
    fields=("course", "term", "number", "mode", "days", "start_time", "end_time", "instructor"),
    shown=("term", "days", "start_time", "mode", "instructor"),
    search=("course__department", "course__number", "course__name", "number", "instructor__last_name"),
    empty=_("No sections yet. Whoever asks may name one; nobody has to."),
    references=(
        Reference("course", ("department", "number"), Course, ("department", "number"), NO_COURSE),
        Reference(
            "term",
            ("semester",),
            Term,
            (_term(),),
            noop("There is no semester “%(cell)s” here. Bring the semesters in first."),
        ),
        Reference(
            "instructor",
            ("professor_email",),
            Instructor,
            ("email",),
            noop("There is no professor with the address %(cell)s here. Bring the professors in first."),
        ),
    ),
    spans=(("start_time", "end_time"),),
    related=("course", "term", "instructor"),
    narrow="term",
)
PROBLEM_TYPES = Kind(
    slug="problem_types",
    model=ProblemType,
    icon="tag",
    columns=(
        column("text", Text(60), is_name=True),
        _optional("order", Whole(), blank=50),
        replace(active, in_files=True),
    ),
    key=by("text"),
    fields=("text", "order"),
    shown=("order",),
    search=("text",),
    empty=_("No kinds of problems yet. Six or fewer, in plain words, are easiest to choose from."),
)
HOURS = Kind(
    slug="hours",
    model=OpeningHours,
    icon="clock",
    columns=(column("weekday", Weekday()), column("opens", Clock()), column("closes", Clock())),
    key=by("weekday", "opens"),
    fields=("weekday", "opens", "closes"),
    shown=(),
    search=(),
    empty=_("No opening hours yet. A day may have several blocks; one without any is closed."),
    spans=(("opens", "closes"),),
)
HOLIDAYS = Kind(
    slug="holidays",
    model=Holiday,
    icon="calendar",
    columns=(column("date", Day()), _optional("name", Text(80))),
    key=by("date"),
    fields=("date", "name"),
    shown=(),
    search=("name",),
    empty=_("No holidays yet. On a holiday the desk is closed, whatever the week says."),
)
ROOMS = Kind(
    slug="rooms",
    model=Room,
    icon="map-pin",
    columns=(column("name", Text(40), is_name=True), _optional("building", Text(80)), active),
    key=by("name"),
    fields=("name", "building"),
    shown=("building",),
    search=("name", "building"),
    empty=_("No rooms yet. Tutors say in which one they are, so that people find them."),
)
NOTICES = Kind(
    slug="notices",
    model=Notice,
    icon="megaphone",
    columns=(column("text", Text(400)), column("start_date", Day(), "starts_on"), column("end_date", Day(), "ends_on")),
    key=by("text", "start_date"),
    fields=("text", "starts_on", "ends_on"),
    shown=("starts_on", "ends_on"),
    search=("text",),
    empty=_("No notices. Write one when the desk moves, closes early, or is short of tutors."),
    spans=(("starts_on", "ends_on"),),
)
ANSWERS = Kind(
    slug="answers",
    model=CannedAnswer,
    icon="message-circle",
    columns=(
        column("title", Text(80), is_name=True),
        column("text", prose(4000)),
        Column("course", Text(40), code_of("course__"), is_required=False, is_name=True),
        _optional("public", Truth(), "is_public", blank=False),
        active,
    ),
    key=by("title"),
    fields=("title", "text", "course", "is_public"),
    shown=("course", "is_public"),
    search=("title", "text"),
    empty=_("No ready answers yet. What tutors write again and again can stand here once."),
    references=(Reference("course", ("course",), Course, (code_of(),), NO_COURSE),),
    related=("course",),
)
STAFF = StaffKind.described()

KINDS = {
    kind.slug: kind
    for kind in (
        COURSES, SEMESTERS, PROFESSORS, SECTIONS, STAFF, PROBLEM_TYPES, HOURS, HOLIDAYS, ROOMS, NOTICES, ANSWERS,
    )
}  # fmt: skip
