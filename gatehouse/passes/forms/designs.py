"""Forms beside the designer's page: a new design, for whom a design is, and as whom a card is looked at."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gatehouse.core import widgets
from gatehouse.passes import queries
from gatehouse.passes.beginnings import BEGINNINGS
from gatehouse.passes.certificates import PASS_TYPE
from gatehouse.passes.forms.languages import name_of
from gatehouse.passes.models import Design
from gatehouse.passes.refusals import Refused
from gatehouse.people import queries as people
from gatehouse.people.models import Group


class DeedForm(forms.Form):
    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class PassTypeField(forms.RegexField):
    """Chosen among those with a certificate, or written."""

    def __init__(self) -> None:
        super().__init__(
            rf"^{PASS_TYPE.pattern}\Z",
            label=_("Pass type"),
            max_length=120,
            widget=forms.TextInput({"list": "pass-types", "autocapitalize": "off", "spellcheck": "false"}),
            error_messages={"invalid": _("A pass type looks like pass.org.example.card.")},
            help_text=_(
                "The name under which Apple knows these cards, like pass.org.example.card. It can be registered there "
                "later; it can't be changed once there are cards."
            ),
        )


def usual_pass_type() -> str:
    """The first that has a certificate, or one made of this portal's address where that is a name."""
    parts = (urlsplit(settings.BASE_URL).hostname or "").split(".")
    is_name = len(parts) > 1 and not parts[-1].isdecimal()
    made = ["pass", *reversed(parts), "card"] if is_name else ["pass", "local", "card"]
    return next(iter(queries.certified_types()), ".".join(made))


class NewDesignForm(DeedForm):
    beginning = forms.ChoiceField(
        label=_("Begin with"),
        choices=[(slug, begun.label) for slug, begun in BEGINNINGS.items()],
        initial="membership",
        widget=widgets.Choices(hints={slug: begun.hint for slug, begun in BEGINNINGS.items()}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For you and your colleagues; it is not written on the card.")
    )
    pass_type_id = PassTypeField()


FROM_DESIGN = ("name", "subject", "source", "levels", "group", "is_automatic", "pass_type_id")


class AudienceForm(DeedForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    subject = forms.ChoiceField(
        label=_("A card of this design is for"), choices=Design.Subject.choices, widget=widgets.Chips
    )
    source = forms.ChoiceField(label=_("Memberships from"), required=False)
    levels = forms.MultipleChoiceField(
        label=_("Of these levels"), required=False, widget=widgets.ManyChips, help_text=_("None chosen means all.")
    )
    group = forms.ModelChoiceField(
        label=_("People of"), queryset=Group.objects.order_by("name"), required=False, empty_label=_("Everybody here")
    )
    is_automatic = forms.BooleanField(
        label=_("Give one to everybody it is for"),
        required=False,
        widget=widgets.Switch,
        help_text=_("Who comes later gets one by itself. It is sent to nobody before you say so."),
    )
    pass_type_id = PassTypeField()

    def __init__(self, design: Design, data: Any = None) -> None:
        said = {name: getattr(design, name) for name in FROM_DESIGN}
        super().__init__(data, initial=said)
        self.is_used = design.passes.exists()
        sources = sorted({*people.sources(), design.source} - {""})
        levels = sorted({*people.levels(design.source), *design.levels})
        for name in ("subject", "pass_type_id"):  # passes carry both
            self.fields[name].disabled = self.is_used
        choices: dict[str, list[Any]] = {
            "source": [("", _("All sources")), *((name, name) for name in sources)],
            "levels": [(name, name) for name in levels],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]  # of choice fields


class LookAsForm(forms.Form):
    """As whom a card is looked at, in which language and where. What is no choice is as if nothing were said."""

    is_filter = True
    who = forms.ChoiceField(
        label=_("As"),
        required=False,
        choices=[
            ("", _("an example")),
            ("long", _("a long name")),
            ("lapsed", _("a lapsed member")),
            ("member", _("a true member")),
        ],
    )
    number = forms.CharField(label=_("Membership number"), required=False, max_length=64)
    language = forms.ChoiceField(label=_("Language"), required=False)
    is_dark = forms.BooleanField(label=_("Dark room"), required=False, widget=widgets.Switch)

    def __init__(self, data: Any, codes: Any) -> None:
        super().__init__(data, prefix="as", use_required_attribute=False)
        as_written: list[Any] = [("", _("as written"))]
        self.fields["language"].choices = as_written + [(code, name_of(code)) for code in codes]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        blank = {"who": "", "number": "", "language": "", "is_dark": False}
        return {**blank, **self.cleaned_data}
