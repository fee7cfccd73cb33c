"""What the coordinator of a new desk has yet to do, told by what is there; nothing is ticked by hand."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gatehouse.core import steps as overview
from gatehouse.helpdesk.models import Course, Desk, OpeningHours
from gatehouse.people.queries import organisation


@dataclass(frozen=True)
class Step:
    label: Promise
    why: Promise
    url: str
    is_done: bool


def overall() -> overview.Step:
    """For the overview of a new portal, where the desk is one step of many."""
    return overview.Step(
        _("Open your help desk"),
        _("Courses, hours and tutors; then people ask from their phones. Its page says what it takes."),
        reverse("helpdesk:manage"),
        Course.objects.exists() and OpeningHours.objects.exists(),
        is_optional=True,
    )


def steps(totals: dict[str, int]) -> list[Step]:
    """In the order in which they are quickest; empty once all is done. `totals` is how many there are of each kind."""
    named = [
        ("hours", _("Say when the desk is open"), _("A day may have several blocks, and a file brings them all.")),
        ("holidays", _("Say when it is closed"), _("On a holiday the desk is closed, whatever the week says.")),
        ("rooms", _("Name the rooms"), _("So that people find the tutor who calls them.")),
        ("courses", _("Bring in the courses"), _("From a file, or pasted from a spreadsheet; with a preview.")),
        ("semesters", _("Bring in the terms"), _("Reports are read by them.")),
        ("staff", _("Say who tutors what"), _("Tutors see their own courses first.")),
    ]
    listed = [
        Step(
            _("Name the centre"),
            _("It stands over the door, on the wall screen and in every letter."),
            reverse("web:organisation"),
            bool(organisation().unit),
        ),
        *[Step(label, why, _place(slug), bool(totals[slug])) for slug, label, why in named],
        Step(
            _("Choose a PIN for the check-in screen"),
            _("Whoever knows it can leave the check-in screen."),
            reverse("helpdesk:limits"),
            Desk.objects.exclude(kiosk_pin="").exists(),
        ),
    ]
    return [] if all(step.is_done for step in listed) else listed


def _place(slug: str) -> str:
    return reverse("helpdesk:staff") if slug == "staff" else reverse("helpdesk:entries", args=[slug])
