"""What all forms of the people app can do: say at the right field why a deed was refused."""

from typing import Any

from django import forms
from django.http import HttpRequest

from gatehouse.people.refusals import Refused


class DeedForm(forms.Form):
    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class FilterForm(forms.Form):
    """Selects above a list, read from the address; what is not one of the choices does not narrow."""

    is_filter = True

    @classmethod
    def of(cls, request: HttpRequest) -> "FilterForm":
        return cls(request.GET, use_required_attribute=False)

    def values(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}
