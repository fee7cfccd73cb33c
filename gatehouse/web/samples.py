"""What the page of all parts shows: made-up people and numbers."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import charts, clock, widgets
from gatehouse.web.templatetags.parts import STATES

WEEKS = tuple(str(week) for week in range(36, 48))
ON_CAMPUS = (82, 118, 131, 127, 149, 188, 96, 140, 151, 172, 204, 121)
ONLINE = (31, 44, 52, 61, 70, 84, 41, 66, 72, 88, 97, 58)
HOURS = tuple(str(hour) for hour in range(9, 18))
VISITS = (
    (gettext_lazy("Mon"), (6, 11, 18, 24, 31, 38, 33, 21, 9)),
    (gettext_lazy("Tue"), (5, 12, 19, 27, 36, 44, 39, 26, 12)),
    (gettext_lazy("Wed"), (3, 9, 16, 22, 29, 35, 30, 19, 8)),
    (gettext_lazy("Thu"), (7, 14, 22, 31, 42, 53, 47, 30, 14)),
    (gettext_lazy("Fri"), (2, 7, 12, 17, 20, 22, 16, 8, 1)),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    course = forms.ChoiceField(
        label=gettext_lazy("Course"),
        choices=[("stat", "STAT 1100, Introduction to statistics"), ("chem", "CHEM 1210, General chemistry")],
    )
    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=[("topic", gettext_lazy("A topic")), ("home", gettext_lazy("Homework")), ("lab", gettext_lazy("Lab"))],
        widget=widgets.Chips,
    )
    question = forms.CharField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy("Say what you tried and where it stopped. Two sentences are enough."),
        widget=forms.Textarea,
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where?"),
        choices=[("campus", gettext_lazy("On campus")), ("online", gettext_lazy("Online"))],
        widget=widgets.Choices(
            hints={
                "campus": gettext_lazy("Room B12, Tower House"),
                "online": gettext_lazy("Video link when it's your turn"),
            }
        ),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    due = forms.DateField(label=gettext_lazy("By when"), required=False)
    picture = forms.FileField(
        label=gettext_lazy("Photo or screenshot"),
        help_text=gettext_lazy("Up to 10 MB."),
        required=False,
    )
    colour = forms.CharField(label=gettext_lazy("Colour"), initial="#1c5145", widget=widgets.Colour)
    code = forms.CharField(label=gettext_lazy("Code"), required=False, widget=widgets.Code)
    letters = forms.BooleanField(label=gettext_lazy("Write to me when it is my turn"), required=False)
    here = forms.BooleanField(label=gettext_lazy("I'm here"), required=False, widget=widgets.Switch)


def everything(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    wrong = SampleForm({"wrong-email": "jo.park@@example.org", "wrong-colour": "#1c5145"}, prefix="wrong")
    return {
        "states": list(STATES),
        "form": SampleForm(initial={"about": "home", "place": "campus"}),
        "wrong": wrong,
        "page": Paginator(range(1284), 50).get_page(request.GET.get("page")),
        "moments": [now, now + timedelta(days=1), now + timedelta(days=4), now - timedelta(days=400)],
        "sums": [
            (_("New"), 42, _("get a card and a letter")),
            (_("Changed"), 118, _("cards update on phones")),
            (_("Same as before"), "3,883", _("left alone")),
            (_("Not in the file"), 9, _("left alone")),
            (_("Lines with errors"), 3, _("will be skipped")),
        ],
        "facts": [(_("Number"), "8-10024417"), (_("Level"), _("Friend")), (_("Add-ons"), "")],
        "chips": [("?", _("All"), 1284, True), ("?state=new", _("New"), 42, False), ("?state=", _("Held"), 8, False)],
        "step_names": [_("Upload"), _("Columns"), _("Check"), _("Apply")],
        "weeks": _weeks(),
        "trend": _trend(),
        "visits": _visits(),
    }


def _weeks() -> charts.Chart:
    return charts.Chart(
        slug="weeks",
        title=_("Visits per week, on campus and online"),
        summary=_("Rises from 113 in week 36 to 301 in week 46, with a dip in the holiday week 42."),
        across=_("Week"),
        labels=WEEKS,
        series=(charts.Series(_("On campus"), ON_CAMPUS), charts.Series(_("Online"), ONLINE)),
        note=_("Calendar week. Week 42 was a holiday week."),
    )


def _trend() -> charts.Chart:
    return charts.Chart(
        slug="trend",
        title=_("Visits on campus"),
        summary=_("From 82 a week to 204, with a dip to 96."),
        across=_("Week"),
        labels=WEEKS,
        series=(charts.Series(_("On campus"), ON_CAMPUS), charts.Series(_("Online"), ONLINE)),
        height=240,
    )


def _visits() -> charts.HeatMap:
    return charts.HeatMap(
        slug="visits",
        title=_("Visits by day and hour"),
        summary=_("Fewer than 5 are not shown."),
        columns=HOURS,
        rows=tuple((str(name), values) for name, values in VISITS),
        note=_("Thursday at 14:00 is the fullest hour."),
    )
