"""The filters of a report, read from the address; what is none of the choices does not narrow."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.helpdesk.models import Course, Instructor, ProblemType, Section, Ticket
from gatehouse.helpdesk.queries import report_asked, report_periods, reporting

MAIN = ("period", "course", "tutor", "mode")
Choices = list[tuple[Any, Any]]


class ReportFilter(forms.Form):
    """Rights decide which fields there are: days of one's own for whoever may see names, courses for who leads them."""

    is_filter = True

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    course = forms.ChoiceField(label=gettext_lazy("Course"), required=False)
    tutor = forms.ChoiceField(label=gettext_lazy("Tutor"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    problem = forms.ChoiceField(label=gettext_lazy("Kind of problem"), required=False)
    instructor = forms.ChoiceField(label=gettext_lazy("Instructor"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    assignment = forms.CharField(label=gettext_lazy("Assignment"), required=False, max_length=120)

    def __init__(self, data: Any, *, may_range: bool, led: frozenset[int] | None) -> None:
        super().__init__(data, use_required_attribute=False)
        courses = Course.objects.all() if led is None else Course.objects.filter(pk__in=led)
        self.set_choices("period", _periods(may_range=may_range))
        self.set_choices("course", [("", _("All courses"))] * (led is None) + [(one.pk, str(one)) for one in courses])
        people = reporting.tutors_who_helped()
        self.set_choices("tutor", [("", _("All tutors")), *((one.pk, one.name) for one in people)])
        self.set_choices("mode", [("", _("Everywhere")), *Ticket.Mode.choices])
        problems = ProblemType.objects.values_list("pk", "text")
        self.set_choices("problem", [("", _("All kinds")), *problems])
        self.set_choices("instructor", [("", _("All")), *((one.pk, str(one)) for one in Instructor.objects.all())])
        self._within_course(data.get("course", ""))
        if may_range:
            self.fields["from"] = forms.DateField(label=_("From"), required=False)
            self.fields["to"] = forms.DateField(label=_("To"), required=False)

    def set_choices(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _within_course(self, course: str) -> None:
        """Sections and assignments are those of one course."""
        chosen = report_asked.number(course)
        if chosen is None:
            del self.fields["section"], self.fields["assignment"]
            return
        sections = Section.objects.filter(course=chosen).select_related("term").order_by("-term__starts_on", "number")
        self.set_choices("section", [("", _("All")), *((one.pk, f"{one.number}, {one.term}") for one in sections)])

    def main(self) -> list[Any]:
        return [self[name] for name in MAIN]

    def others(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in MAIN]

    def narrowed(self) -> list[str]:
        """The filters in words, for whoever holds the paper."""
        chosen = [(self[name].label, self._word(name)) for name in self.fields if name not in {"period", "from", "to"}]
        return [f"{label}: {word}" for label, word in chosen if word]

    def _word(self, name: str) -> str:
        value = self.data.get(name) or ""
        choices = getattr(self.fields[name], "choices", [(value, value)])
        return next((str(label) for key, label in choices if value and str(key) == value), "")

    def narrows_more(self) -> bool:
        """Whether one of those fields is filled that are folded away."""
        return any(self.data.get(name) for name in self.fields if name not in MAIN)


def _periods(*, may_range: bool) -> Choices:
    found: Choices = [(choice.value, choice.label) for choice in report_periods.choices()]
    choices = found or [("", report_periods.present([]).label)]
    own = [(report_asked.MONTH, _("Last month")), (report_asked.OWN, _("Days of my own"))]
    return choices + own * may_range
