"""The forms of the screens in the room. Nothing of them is filled in by the browser, nor kept by it."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core.widgets import Chips
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.actions import Guest
from gatehouse.helpdesk.models import Course, ProblemType, Room
from gatehouse.helpdesk.refusals import Refused
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Person

PLAIN = {"autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN of the desk"),
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off", "class": "pin"}),
    )

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class OpenForm(PinForm):
    room = forms.ModelChoiceField(
        label=_("Where this screen stands"), queryset=Room.objects.none(), empty_label=_("Choose a room")
    )
    shows = forms.ChoiceField(
        label=_("What it shows"),
        choices=[("kiosk", _("Check-in")), ("board", _("Wall board"))],
        initial="kiosk",
        widget=Chips,
    )
    field_order = ("shows", "room", "pin")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = queries.rooms()
        if rooms.exists():
            self.fields["room"].queryset = rooms  # type: ignore[attr-defined]
        else:
            del self.fields["room"]


class CodeForm(forms.Form):
    """What a hand scanner types, or somebody: a card's code, a number, the code of a question asked before."""

    code = forms.CharField(max_length=600, widget=forms.TextInput(PLAIN | {"enterkeyhint": "go"}))


class NameForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(PLAIN))
    email = forms.CharField(
        label=_("Your e-mail"),
        max_length=254,
        required=False,
        help_text=_("We write to you when it is your turn. You can also watch the board."),
        widget=forms.TextInput(PLAIN | {"inputmode": "email", "autocapitalize": "none"}),
    )

    def clean_email(self) -> str:
        email = normal_email(self.cleaned_data["email"])
        if email and not is_email(email):
            raise forms.ValidationError(gettext("This is not an address. It should look like name@example.org."))
        return email

    def asker(self) -> Person | Guest:
        """The person only when both name and address are theirs; the screen looks the same either way."""
        name, email = self.cleaned_data["name"], self.cleaned_data["email"]
        return queries.who_is(name, email) or Guest(name, email)


class CourseForm(forms.Form):
    course = forms.ModelChoiceField(queryset=Course.objects.filter(archived_at=None))


class AboutForm(forms.Form):
    """One line, and one press."""

    problem_type = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=ProblemType.objects.filter(archived_at=None),
        required=False,
        empty_label=None,
        widget=Chips,
    )
    question = forms.CharField(
        label=_("Your question in a line"),
        max_length=200,
        required=False,
        help_text=_("So that the tutor can think ahead. You can leave it empty."),
        widget=forms.TextInput(PLAIN | {"enterkeyhint": "send"}),
    )
