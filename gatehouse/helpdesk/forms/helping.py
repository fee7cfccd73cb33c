"""The desk's forms for tutors."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.widgets import Chips
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.actions import Visitor
from gatehouse.helpdesk.models import Course, Help, Room, Shift, Ticket
from gatehouse.helpdesk.refusals import Refused
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Person

NEXT_STEPS = (
    ("", _("Nothing more")),
    ("practise", _("Practise with similar questions")),
    ("again", _("Come back if it does not work")),
    ("instructor", _("Ask the instructor")),
)


class DeedForm(forms.Form):
    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class QueueFilter(forms.Form):
    """Selects above the queue, read from the address; what is not one of the choices does not narrow."""

    is_filter = True

    mode = forms.ChoiceField(label=_("Where"), required=False, choices=[("", _("Anywhere")), *Ticket.Mode.choices])

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked, use_required_attribute=False)

    def wanted(self, q: str, courses: frozenset[int] = frozenset()) -> queries.Wanted:
        self.is_valid()
        course = self.cleaned_data.get("course")
        return queries.Wanted(q, self.cleaned_data.get("mode") or "", course.pk if course else 0, courses)


class TicketsFilter(QueueFilter):
    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.all(), required=False, empty_label=_("Any")
    )


class ShiftForm(DeedForm):
    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("Online only")
    )
    video_link = forms.CharField(
        label=_("Video link"),
        max_length=400,
        required=False,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Who asks online sees it when it is their turn, and not before."),
        widget=forms.TextInput({"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, shift: Shift | None = None, **kwargs: Any) -> None:
        if shift:
            kwargs["initial"] = {"room": shift.room, "video_link": shift.video_link}
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = queries.rooms()  # type: ignore[attr-defined]


class CloseForm(DeedForm):
    """`minutes` shows what the clock says; left as it is, nothing is corrected."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Ticket.Outcome.choices, widget=Chips)
    step = forms.ChoiceField(label=_("Next step"), choices=NEXT_STEPS, required=False, widget=Chips)
    next_step = forms.CharField(
        label=_("Next step, in your words"), max_length=400, required=False, widget=forms.TextInput({"type": "text"})
    )
    minutes = forms.IntegerField(label=_("Your minutes"), min_value=0, max_value=1440, required=False)
    reason = forms.CharField(
        label=_("Why other minutes?"), max_length=200, required=False, widget=forms.TextInput({"type": "text"})
    )
    together = forms.BooleanField(label=_("The whole group"), required=False)
    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def words(self) -> dict[str, Any]:
        """What `close_ticket` takes."""
        values = self.cleaned_data
        step = dict(NEXT_STEPS)[values["step"]] if values["step"] else ""
        told = {name: values[name] for name in ("outcome", "reason", "together", "seen")}
        is_clock = values["minutes"] == values["shown"]  # the clock went on while the form stood there
        minutes = None if is_clock else values["minutes"]
        return {**told, "next_step": values["next_step"] or str(step), "minutes": minutes}


class TextForm(DeedForm):
    text = forms.CharField(label=_("Message"), max_length=4000, widget=forms.Textarea({"rows": 3}))


class HandOverForm(DeedForm):
    """To whom; empty is the queue."""

    to = forms.ModelChoiceField(
        label=_("To"), queryset=Person.objects.none(), required=False, empty_label=_("Back to the queue, same place")
    )

    def __init__(self, *args: Any, tutors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Person.objects.filter(pk__in=tutors)  # type: ignore[attr-defined]


class MoveForm(DeedForm):
    course = forms.ModelChoiceField(label=_("It belongs to"), queryset=Course.objects.none(), empty_label=None)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = queries.courses()
        field.widget.attrs["data-typeahead"] = gettext("Type a number or a name")


class VisitorForm(DeedForm):
    """Who is it, and what about: as few words as can be."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off", "type": "text"})
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Of somebody we know, it makes the ticket theirs."),
        widget=forms.TextInput({"inputmode": "email", "autocomplete": "off", "autocapitalize": "none"}),
    )
    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.none(), empty_label=_("Choose a course"), widget=forms.Select
    )
    question = forms.CharField(
        label=_("Question"), max_length=4000, required=False, widget=forms.Textarea({"class": "short", "rows": 2})
    )
    mode = forms.ChoiceField(label=_("Where"), choices=Ticket.Mode.choices, initial=Ticket.Mode.CAMPUS, widget=Chips)

    def __init__(self, *args: Any, tutor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = queries.courses()
        field.widget.attrs["data-typeahead"] = gettext("Type a number or a name")
        own = queries.courses_of(tutor)
        if len(own) == 1:
            field.initial = next(iter(own))

    def clean_email(self) -> str:
        email = normal_email(self.cleaned_data["email"])
        if email and not is_email(email):
            raise forms.ValidationError(gettext("This is not an address. It should look like name@example.org."))
        return email

    def visitor(self) -> Visitor:
        return Visitor(self.cleaned_data["name"], self.cleaned_data["email"])

    def what(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("course", "question", "mode")}


class PastForm(VisitorForm):
    began_at = forms.DateTimeField(label=_("Began"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440)
    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=Ticket.Outcome.choices, initial=Ticket.Outcome.SOLVED, widget=Chips
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["began_at"].initial = clock.now

    def when(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("began_at", "minutes", "outcome")}


class MinutesForm(DeedForm):
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440)
    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.TextInput({"type": "text"}))

    @classmethod
    def of(cls, help_: Help, minutes: int) -> "MinutesForm":
        return cls(initial={"minutes": minutes, "reason": help_.reason})
