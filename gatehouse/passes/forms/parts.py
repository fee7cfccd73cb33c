"""The parts of the designer's page, a form each. All are lenient: a draft may lack what publishing needs."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatehouse.core import widgets
from gatehouse.passes.blueprint import NUMBER, SIGNED, Barcode, Blueprint, Colours, Field, Place
from gatehouse.people.tidying import one_line, several_lines

STYLES = [
    ("storeCard", _("Store card"), _("A wide strip below the title: memberships, loyalty, gift cards")),
    ("generic", _("Plain card"), _("A small picture at the side: any card")),
    ("eventTicket", _("Ticket"), _("Notched at the top, with a strip or a picture behind")),
    ("coupon", _("Coupon"), _("A perforated edge and a high strip")),
]
SLOTS = [
    ("header", _("Top right")),
    ("primary", _("Main field")),
    ("secondary", _("Second row")),
    ("auxiliary", _("Third row")),
    ("back", _("Back of the card")),
]
FORMATS = [
    ("text", _("Text")),
    ("date", _("Day")),
    ("moment", _("Day and time")),
    ("number", _("Number")),
    ("currency", _("Amount of money")),
]
KINDS = [("qr", "QR"), ("aztec", "Aztec"), ("pdf417", "PDF417"), ("code128", "Code 128"), ("none", _("No code"))]
WORDS = "words"
PASS_CODE = "{pass.code}"  # noqa: S105  # a placeholder


class Line(forms.CharField):
    """One line of text, tidied; may be empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": 200, **options})

    def clean(self, value: Any) -> str:
        return one_line(super().clean(value) or "")


class LookForm(forms.Form):
    is_filter = True
    style = forms.ChoiceField(
        label=_("Style"),
        choices=[(value, label) for value, label, _hint in STYLES],
        widget=widgets.Choices(hints={value: hint for value, _label, hint in STYLES}),
    )
    logo_text = Line(label=_("Title"), max_length=80, help_text=_("Stands beside the logo, at the top."))
    organisation = Line(label=_("Whose card it is"), max_length=80, help_text=_("Shown with notices on the phone."))
    description = Line(label=_("What it is"), help_text=_("Read out to people who do not see the card."))
    ground = forms.CharField(label=_("Ground"), widget=widgets.Colour, max_length=20, required=False)
    text = forms.CharField(label=_("Values"), widget=widgets.Colour, max_length=20, required=False)
    label = forms.CharField(label=_("Labels"), widget=widgets.Colour, max_length=20, required=False)

    @classmethod
    def said(cls, blueprint: Blueprint) -> dict[str, Any]:
        names = ("style", "logo_text", "organisation", "description")
        return {name: getattr(blueprint, name) for name in names} | vars(blueprint.colours)

    def says(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        colours = Colours(**{name: said.pop(name, "").lower() for name in ("ground", "text", "label")})
        return {**said, "colours": colours}


class FieldForm(forms.Form):
    """One field of the card. What it says is a fact, or words in which placeholders may stand."""

    is_filter = True  # a field needs nothing of all this while it is a draft: no word "optional" at each
    label = Line(label=_("Label"), max_length=80)
    fact = forms.ChoiceField(label=_("Says"), required=False)
    words = forms.CharField(
        label=_("Own words"),
        required=False,
        max_length=2000,
        help_text=_("Facts stand in braces: “{person.given_name}, welcome”."),
        widget=forms.Textarea({"rows": "2", "class": "short"}),
    )
    slot = forms.ChoiceField(label=_("Where"), choices=SLOTS)
    format = forms.ChoiceField(label=_("Shown as"), choices=FORMATS)
    currency = Line(label=_("Currency"), max_length=3, help_text=_("Three letters, like EUR."))
    change = Line(
        label=_("Notice when it changes"),
        help_text=_("What the phone says then, with %@ for the new value. Empty: it says nothing."),
    )
    key = Line(label=_("Key"), max_length=40, help_text=_("By which phones know the field; each has its own."))

    def __init__(self, *args: Any, facts: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fact"].choices = facts  # type: ignore[attr-defined]  # of a ChoiceField

    @staticmethod
    def said(field: Field, known: set[str]) -> dict[str, Any]:
        is_fact = field.says in known
        said = {"fact": field.says if is_fact else "", "words": "" if is_fact else field.says}
        return {**vars(field), **said}

    def says(self) -> Field:
        said = dict(self.cleaned_data)
        fact, words = said.pop("fact", ""), said.pop("words", "")
        currency = said.pop("currency", "").upper()
        return Field(**{**said, "says": fact or several_lines(words), "currency": currency})

    @property
    def has_hidden_errors(self) -> bool:
        return not self.errors.keys() <= {"label", "fact", "words"}


class CodeForm(forms.Form):
    is_filter = True
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, widget=widgets.Chips)
    holds = forms.ChoiceField(
        label=_("What it says"),
        choices=[
            (NUMBER, _("The membership number alone")),
            (SIGNED, _("A signed code")),
            (PASS_CODE, _("The card's own code")),
            (WORDS, _("Something else")),
        ],
        widget=widgets.Choices(
            {"class": "one"},
            hints={
                NUMBER: _(
                    "A hand scanner fills the till's own field with it. Whoever copies it can show it as if it were theirs."
                ),
                SIGNED: _("For check-in: only this portal can make it, and its scan page knows it at once."),
                PASS_CODE: _("For gift cards and tickets that are nobody's yet."),
            },
        ),
    )
    code_words = Line(
        label=_("What else"), max_length=500, help_text=_("Facts stand in braces: “M-{membership.number}”.")
    )
    below = forms.ChoiceField(
        label=_("Written below it"),
        choices=[
            (NUMBER, _("The membership number")),
            (PASS_CODE, _("The card's own code")),
            ("", _("Nothing")),
            (WORDS, _("Something else")),
        ],
        required=False,
    )
    below_words = Line(label=_("Written below it, in own words"))

    @staticmethod
    def said(barcode: Barcode | None) -> dict[str, Any]:
        code = barcode or Barcode()
        holds = code.says if code.says in {NUMBER, SIGNED, PASS_CODE} else WORDS
        below = code.below if code.below in {NUMBER, PASS_CODE, ""} else WORDS
        return {
            "kind": code.kind if barcode else "none",
            "holds": holds,
            "code_words": code.says if holds == WORDS else "",
            "below": below,
            "below_words": code.below if below == WORDS else "",
        }

    def says(self) -> Barcode | None:
        said = self.cleaned_data
        if said.get("kind", "none") == "none":
            return None
        holds, below = said.get("holds", NUMBER), said.get("below", "")
        says = said.get("code_words", "") if holds == WORDS else holds
        return Barcode(said["kind"], says, said.get("below_words", "") if below == WORDS else below)


class MomentForm(forms.Form):
    is_filter = True
    at = forms.DateTimeField(label=_("The card comes up on"), required=False, widget=widgets.Moment)

    @staticmethod
    def said(text: str) -> dict[str, Any]:
        return {"at": datetime.fromisoformat(text)}

    def says(self) -> str | None:
        at = self.cleaned_data.get("at")
        return at.isoformat(timespec="seconds") if at else None


class PlaceForm(forms.Form):
    is_filter = True
    latitude = forms.FloatField(label=_("Degrees north"), required=False)
    longitude = forms.FloatField(label=_("Degrees east"), required=False)
    place_says = Line(label=_("What the phone says there"))

    @staticmethod
    def said(place: Place) -> dict[str, Any]:
        return {"latitude": place.latitude, "longitude": place.longitude, "place_says": place.says}

    def says(self) -> Place | None:
        """None for a row that was left empty."""
        said = self.cleaned_data
        if said.get("latitude") is None or said.get("longitude") is None:
            return None
        return Place(said["latitude"], said["longitude"], said.get("place_says", ""))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        missing = {name for name in ("latitude", "longitude") if name not in self.errors and said.get(name) is None}
        if missing and (len(missing) == 1 or said.get("place_says")):
            for name in sorted(missing):
                self.add_error(name, _("A place needs both degrees."))
        return said


class RulesForm(forms.Form):
    expires = forms.BooleanField(label=_("The card ends with its membership"), required=False, widget=widgets.Switch)
    is_shareable = forms.BooleanField(label=_("It may be passed on to others"), required=False, widget=widgets.Switch)


class Rows(forms.BaseFormSet[Any]):
    def clean(self) -> None:
        if self.total_form_count() < 0:
            raise forms.ValidationError(_("This page was sent in pieces. Open it anew."))


def rows_of(form: type[forms.Form], *, extra: int, most: int) -> type[forms.BaseFormSet[Any]]:
    return forms.formset_factory(form, Rows, extra=extra, max_num=most, absolute_max=most, validate_max=True)
