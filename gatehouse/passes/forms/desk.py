"""What the desk's pages ask: filters of the list, a booking, values of one pass, passes in numbers or from a file."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import widgets
from gatehouse.passes import queries, values
from gatehouse.passes.actions import batches
from gatehouse.passes.models import Design, Pass
from gatehouse.passes.values import BALANCE, Value

CHARGE, CREDIT = "charge", "credit"
OWN = "own-"


class CardsFilter(forms.Form):
    """Selects above the list, read from the address; what is not one of the choices does not narrow."""

    is_filter = True
    design = forms.ChoiceField(label=gettext_lazy("Design"), required=False)
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("", gettext_lazy("Newest first")),
            ("name", gettext_lazy("Last name")),
            ("updated", gettext_lazy("Last updated")),
            ("sent", gettext_lazy("Last sent")),
            ("scanned", gettext_lazy("Last scanned")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        designs: Any = self.fields["design"]
        designs.choices = [("", _("All designs")), *((str(pk), name) for pk, name in queries.designs_with_cards())]

    @classmethod
    def of(cls, request: HttpRequest) -> "CardsFilter":
        return cls(request.GET, use_required_attribute=False)

    def wanted(self, q: str, state: str) -> queries.WantedCards:
        self.is_valid()
        design, sort = (self.cleaned_data.get(name) or "" for name in ("design", "sort"))
        return queries.WantedCards(q=q, state=state, design=design, sort=sort or "newest")


class BookForm(forms.Form):
    """An amount to take from a card or to put on it."""

    what = forms.ChoiceField(
        label=gettext_lazy("Booking"),
        choices=[(CHARGE, gettext_lazy("Take off")), (CREDIT, gettext_lazy("Put on"))],
        initial=CHARGE,
        widget=widgets.Chips,
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "narrow num"}),
    )
    note = forms.CharField(label=gettext_lazy("For what"), max_length=200, required=False)

    def clean_amount(self) -> Decimal:
        try:
            amount = Decimal(values.fit(Value(BALANCE, ""), self.cleaned_data["amount"]) or "0")
        except values.Unfit as unfit:
            raise forms.ValidationError(unfit.said.translated(_)) from unfit
        if not amount:
            raise forms.ValidationError(_("Write an amount."))
        return amount

    def booking(self) -> dict[str, Any]:
        given = self.cleaned_data
        amount = given["amount"] if given["what"] == CREDIT else -given["amount"]
        return {"amount": amount, "note": given["note"]}


class OwnForm(forms.Form):
    """A field for each value that the design asks for, and for those the pass has besides."""

    def __init__(self, data: Any = None, *, asked: Iterable[Value], known: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={f"{OWN}{name}": text for name, text in (known or {}).items()})
        self.asked = {value.name: value for value in asked}
        self.fields.update({f"{OWN}{name}": _own_field(value) for name, value in self.asked.items()})

    @classmethod
    def of(cls, card: Pass, data: Any = None) -> "OwnForm":
        """Of one pass, without its balance, which is booked."""
        known = values.asked_for(card.design_version.blueprint)
        others = [
            Value(name, _("E-mail") if name == "email" else name)
            for name in card.own
            if name not in {value.name for value in known}
        ]
        asked = [value for value in [*known, *others] if value.name != BALANCE]
        return cls(data, asked=asked, known=card.own)

    def clean(self) -> None:
        for name, value in self.asked.items():
            try:
                self.cleaned_data[f"{OWN}{name}"] = values.fit(value, self.cleaned_data.get(f"{OWN}{name}", ""))
            except values.Unfit as unfit:
                self.add_error(f"{OWN}{name}", unfit.said.translated(_))

    def own(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(f"{OWN}{name}", "") for name in self.asked}


class NumbersForm(OwnForm):
    """How many, and what all of them say."""

    number = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=batches.MOST,
        widget=forms.NumberInput(attrs={"class": "narrow num"}),
    )

    def __init__(self, data: Any = None, *, design: Design) -> None:
        assert design.published
        super().__init__(data, asked=values.asked_for(design.published.blueprint))

    def own(self) -> dict[str, str]:
        return {name: text for name, text in super().own().items() if text}


class FileForm(forms.Form):
    """A table with a line for each pass."""

    file = forms.FileField(label=gettext_lazy("Table"), widget=widgets.File(attrs={"accept": ".csv,.xlsx,.txt"}))


def _own_field(value: Value) -> forms.CharField:
    kind = {"date": "date", "moment": "datetime-local"}.get(value.format, "text")
    attrs = {"type": kind, "autocomplete": "off"}
    if value.name == BALANCE or value.format in {"currency", "number"}:
        attrs |= {"inputmode": "decimal", "class": "narrow num"}
    label = value.label or value.name
    label = f"{label} ({value.currency})" if value.currency else label
    return forms.CharField(label=label, max_length=values.LONGEST, required=False, widget=forms.TextInput(attrs=attrs))
