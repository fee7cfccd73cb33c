"""What the frame itself adds: the home page, the overview, the page of parts."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.jobs import number_of_failures
from gatehouse.core.menu import ANY_STAFF, Entry, MemberEntry, add, add_member
from gatehouse.journal import words
from gatehouse.people import policies
from gatehouse.web.views import jobs

declare(
    Permission(jobs.VIEW, _("see what the portal does by itself")),
    Permission(jobs.RUN, _("run one of those jobs now")),
)
words.name({"job.asked": _("Job asked for")})
add_member(MemberEntry(_("Home"), "web:home", "house", order=0))
add(Entry("today", _("Overview"), "web:manage", "layout-dashboard", ANY_STAFF, order=0))
add(Entry("portal", _("Organisation"), "web:organisation", "building-2", policies.PORTAL, order=10))
add(
    Entry(
        "portal",
        _("Jobs"),
        "web:jobs",
        "timer",
        jobs.VIEW,
        order=60,
        total=number_of_failures,
        total_of=_("failed within a day"),
    )
)
add(Entry("portal", _("Parts"), "web:parts", "layers", policies.PORTAL, order=99))
add(Entry("portal", _("Guide"), "web:guide", "book-open", ANY_STAFF, order=98))
