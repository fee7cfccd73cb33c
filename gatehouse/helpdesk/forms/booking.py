"""Booking a time, giving it back, and saying when one can be booked."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core.widgets import Chips, Choices, Day
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.forms.helping import DeedForm
from gatehouse.helpdesk.models import BookingHours, Room, Ticket
from gatehouse.helpdesk.queries import Offer
from gatehouse.helpdesk.words import clock_words, place_of_meeting

LENGTHS = (15, 20, 30, 45, 60)


class CourseForm(forms.Form):
    course = forms.ChoiceField(label=_("Course"))

    def __init__(self, *args: Any, courses: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.choices = [("", gettext("Choose a course")), *((course.pk, str(course)) for course in courses)]
        field.widget.attrs["data-typeahead"] = gettext("Type a number or a name")


class SlotForm(DeedForm):
    """One of a few offers: those of one time, or those in the place of one that is gone."""

    slot = forms.ChoiceField(label=_("With"), widget=Choices)

    def __init__(self, *args: Any, offers: Sequence[Offer], with_days: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {offer.key: offer for offer in offers}
        field: Any = self.fields["slot"]
        if with_days:
            field.label = gettext("The next free times")
            field.choices = [(offer.key, clock_words(offer.starts_at, offer.ends_at)) for offer in offers]
            field.widget.hints = {offer.key: f"{offer.tutor.name}, {_place(offer)}" for offer in offers}
        else:
            field.choices = [(offer.key, offer.tutor.name) for offer in offers]
            field.widget.hints = {offer.key: _place(offer) for offer in offers}
        field.error_messages["invalid_choice"] = gettext("This time can't be booked any more. Choose another.")
        if offers:
            field.initial = offers[0].key

    def offer(self) -> Offer:
        return self.offers[self.cleaned_data["slot"]]


class BookForm(SlotForm):
    question = forms.CharField(
        label=_("What would you like to look at?"),
        max_length=4000,
        help_text=_("Two sentences are enough. Your tutor reads them before."),
        widget=forms.Textarea({"rows": 4}),
    )


class CancelForm(DeedForm):
    because = forms.CharField(
        label=_("Why?"),
        max_length=400,
        required=False,
        help_text=_("The letter says it, in your words."),
        widget=forms.TextInput({"type": "text"}),
    )


class HoursForm(DeedForm):
    """A block of the week; refusals of the action go to the field that they name."""

    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=list(WEEKDAYS.items()))
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    slot = forms.TypedChoiceField(label=_("Minutes for each person"), coerce=int, choices=[], widget=Chips)
    mode = forms.ChoiceField(label=_("Where?"), choices=Ticket.Mode.choices, widget=Chips)
    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("Said when the time comes")
    )
    first_on = forms.DateField(label=_("First day"), required=False, widget=Day)
    last_on = forms.DateField(label=_("Last day"), required=False, widget=Day)

    NAMES = ("weekday", "starts", "ends", "slot", "mode", "room", "first_on", "last_on")

    def __init__(self, *args: Any, hours: BookingHours | None = None, **kwargs: Any) -> None:
        first: dict[str, Any] = {"slot": 30, "mode": Ticket.Mode.CAMPUS}
        if hours:
            first = {name: getattr(hours, name) for name in self.NAMES}
        kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["room"].queryset = queries.rooms()
        lengths = sorted({*LENGTHS, *([hours.slot] if hours else [])})
        fields["slot"].choices = [(length, str(length)) for length in lengths]

    def block(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


def _place(offer: Offer) -> str:
    minutes = int((offer.ends_at - offer.starts_at).total_seconds() // 60)
    said = gettext("%(place)s, %(n)d minutes")
    return said % {"place": place_of_meeting(offer.mode, offer.room), "n": minutes}
