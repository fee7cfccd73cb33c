"""The desk's catalogue, its tickets, and its appointments."""

from gatehouse.helpdesk.models.appointments import Appointment, BookingHours, CalendarLink
from gatehouse.helpdesk.models.catalogue import (
    CannedAnswer,
    Course,
    Desk,
    Holiday,
    Instructor,
    Notice,
    OpeningHours,
    ProblemType,
    Room,
    Section,
    Shift,
    Term,
    Tutoring,
)
from gatehouse.helpdesk.models.imports import CatalogueImport
from gatehouse.helpdesk.models.tickets import (
    Attachment,
    Help,
    Message,
    QuestionGroup,
    QueueVersion,
    SavedReport,
    Ticket,
)

__all__ = [
    "Appointment",
    "Attachment",
    "BookingHours",
    "CalendarLink",
    "CannedAnswer",
    "CatalogueImport",
    "Course",
    "Desk",
    "Help",
    "Holiday",
    "Instructor",
    "Message",
    "Notice",
    "OpeningHours",
    "ProblemType",
    "QuestionGroup",
    "QueueVersion",
    "Room",
    "SavedReport",
    "Section",
    "Shift",
    "Term",
    "Ticket",
    "Tutoring",
]
