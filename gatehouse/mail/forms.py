"""What the pages of the outbox ask."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gatehouse.mail import queries
from gatehouse.mail.models import MessageClass, Suppression
from gatehouse.people.addresses import is_email, normal_email

A_WEEK, ALL_TIME = "7", "0"


class LettersFilter(forms.Form):
    """Selects above the list, read from the address; what is not one of the choices does not narrow."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *MessageClass.choices])
    days = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[
            ("1", _("Last 24 hours")),
            (A_WEEK, _("Last 7 days")),
            ("30", _("Last 30 days")),
            (ALL_TIME, _("Ever")),
        ],
    )

    @classmethod
    def of(cls, request: HttpRequest) -> "LettersFilter":
        data = {"kind": request.GET.get("kind", ""), "days": request.GET.get("days") or A_WEEK}
        return cls(data, use_required_attribute=False)

    def wanted(self, q: str, state: str) -> queries.Wanted:
        self.is_valid()
        kind, days = (self.cleaned_data.get(name) for name in ("kind", "days"))
        return queries.Wanted(q=q[:200].strip(), state=state, kind=kind or "", days=int(days or A_WEEK))


class StopForm(forms.Form):
    """An address to stop, as far as the scope reaches."""

    address = forms.CharField(label=_("Address"), max_length=254, widget=forms.EmailInput)
    scope = forms.ChoiceField(
        label=_("What is stopped"),
        choices=[
            (f"class:{MessageClass.BULK}", _("Letters to many")),
            (f"class:{MessageClass.PERSONAL}", _("Personal letters")),
            (Suppression.ALL, _("Everything, sign-in codes too")),
        ],
    )
    evidence = forms.CharField(label=_("Why"), max_length=300, required=False)

    def clean_address(self) -> str:
        address = normal_email(self.cleaned_data["address"])
        if not is_email(address):
            raise forms.ValidationError(_("This is no address, or one that no mail could reach."))
        return address

    def stop(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("address", "scope", "evidence")}
