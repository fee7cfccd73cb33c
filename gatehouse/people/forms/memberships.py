"""Forms for memberships."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.people.forms.base import DeedForm, FilterForm
from gatehouse.people.models import Membership
from gatehouse.people.queries import levels, sources
from gatehouse.people.roster import add_ons_text, values
from gatehouse.people.roster.errors import Unfit

ANY = ("", gettext_lazy("Any"))


class MembershipForm(DeedForm):
    number = forms.CharField(label=gettext_lazy("Number"), max_length=64)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=60,
        help_text=gettext_lazy("Whose numbers these are. A roster of the same source may change this membership."),
    )
    level = forms.CharField(label=gettext_lazy("Level"), max_length=100, required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=Membership.Status.choices)
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), required=False)
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"), required=False, help_text=gettext_lazy("The last day. Empty: for ever.")
    )
    card_names = forms.CharField(label=gettext_lazy("Other names on the card"), max_length=400, required=False)
    add_ons = forms.CharField(
        label=gettext_lazy("Add-ons"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("With semicolons between: “Parking x2; Guest pass”."),
    )
    address_1 = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    address_2 = forms.CharField(label=gettext_lazy("Address, second line"), max_length=200, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    region = forms.CharField(label=gettext_lazy("State or region"), max_length=100, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=20, required=False)
    country = forms.CharField(label=gettext_lazy("Country"), max_length=100, required=False)

    @classmethod
    def of(cls, membership: Membership) -> "MembershipForm":
        known = {name: getattr(membership, name) for name in cls.base_fields if name != "add_ons"}
        return cls(initial={**known, "add_ons": add_ons_text(membership.add_ons)})

    def clean_add_ons(self) -> list[dict[str, Any]]:
        """Read as the import reads them."""
        try:
            return list(json.loads(values.add_ons(self.cleaned_data["add_ons"]) or "[]"))
        except Unfit as unfit:
            raise forms.ValidationError(_(unfit.said.template) % unfit.said.params) from unfit


class MembershipFilter(FilterForm):
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    expires = forms.ChoiceField(
        label=gettext_lazy("Last day"),
        required=False,
        choices=[
            ANY,
            ("week", gettext_lazy("In the next 7 days")),
            ("month", gettext_lazy("In the next 30 days")),
            ("quarter", gettext_lazy("In the next 90 days")),
            ("past", gettext_lazy("In the last 30 days")),
            ("never", gettext_lazy("None")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("", gettext_lazy("Last name")),
            ("number", gettext_lazy("Number")),
            ("expires", gettext_lazy("Last day")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [ANY, *((level, level) for level in levels())]  # type: ignore[attr-defined]
        self.fields["source"].choices = [ANY, *((source, source) for source in sources())]  # type: ignore[attr-defined]
