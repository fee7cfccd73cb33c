"""Fields as Gatehouse draws them. Their templates live in gatehouse/web/templates/parts/widgets/."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write a colour as # and six digits, like #1c5145."))


class ManyRows(forms.ModelMultipleChoiceField[Any]):
    """Any of some rows. A key larger than SQLite's integers is no row's (Django 5.2 asks for it all the same)."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid_choice"], params={"value": "…"}) from error


class Chips(forms.RadioSelect):
    """One of up to six short words."""

    template_name = "parts/widgets/chips.html"


class ManyChips(forms.CheckboxSelectMultiple):
    """Any of a few short words."""

    template_name = "parts/widgets/chips.html"


class Choices(forms.RadioSelect):
    """One of up to six, each with a line that explains it: `hints` maps values to lines."""

    template_name = "parts/widgets/choices.html"
    hints: dict[str, Any]

    def __init__(self, *args: Any, hints: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"hint": self.hints.get(str(value), "")}


class ManyChoices(forms.CheckboxSelectMultiple):
    """Any of several, each on a line of its own."""

    template_name = "parts/widgets/choices.html"


class Switch(forms.CheckboxInput):
    """On or off, for what takes effect as a state; a plain tick is for consent and selection."""


class Day(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class Moment(forms.DateTimeInput):
    """A day and a time of that day, in the portal's zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class Colour(forms.TextInput):
    input_type = "color"


class Code(forms.TextInput):
    """The digits of a letter: may be pasted, and phones offer to fill them in."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, length: int = 6) -> None:
        fixed = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": length + 4, "class": "code"}
        super().__init__(attrs=fixed | (attrs or {}))


class File(forms.ClearableFileInput):
    """A file; of one that is already there, its name and a tick that takes it away."""

    template_name = "parts/widgets/file.html"
