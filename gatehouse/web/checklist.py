"""What an owner of a new portal has yet to do, told by what is there; nothing is ticked by hand."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gatehouse.core.steps import Step, added, unless_done
from gatehouse.mail import route
from gatehouse.mail.models import Letter
from gatehouse.people import queries
from gatehouse.people.models import Person, RoleGrant, RosterImport

TEST_LETTER = "mail/letters/test"
OF_MEMBERS = ("member", "student")  # these two manage nothing


def steps(owner: Person) -> list[Step]:
    """In the order of docs/guide/first-steps.md; what apps add comes last; empty once all is done."""
    guide = reverse("web:guide_page", args=["guide/first-steps"])
    grants = RoleGrant.objects.exclude(person=owner).exclude(role__slug__in=OF_MEMBERS)
    listed = [
        Step(
            _("Say where people can reach you"),
            _("Your contact address, and if you like a mark and the colour of the door."),
            reverse("web:organisation"),
            bool(queries.organisation().contact_email),
        ),
        Step(
            _("Let letters out"),
            _("Until a mail server is set, letters lie as files in the data folder and nobody gets one."),
            f"{guide}#3-let-letters-out",
            route.read(settings.EMAIL_URL).kind == "smtp",
        ),
        Step(
            _("Send a letter to try it"),
            _("It shows that the mail server takes what the portal writes."),
            f"{guide}#3-let-letters-out",
            Letter.objects.filter(template=TEST_LETTER, state=Letter.State.SENT).exists(),
        ),
        Step(
            _("Bring your people in"),
            _("From a file, with a preview; the last import can be taken back."),
            reverse("people:rosters"),
            RosterImport.objects.filter(applied_at__isnull=False, undone_at=None).exists(),
        ),
        Step(
            _("Do not do it alone"),
            _("Give somebody else a role, so that the portal does not hang on one person."),
            reverse("people:people"),
            grants.exists(),
        ),
        *added(),
    ]
    return unless_done(listed)
