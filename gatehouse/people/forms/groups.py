"""Forms for groups."""

from django import forms
from django.utils.translation import gettext_lazy

from gatehouse.core.widgets import Chips
from gatehouse.people.forms.base import DeedForm, FilterForm
from gatehouse.people.models import Group


class GroupForm(DeedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Group.Kind.choices, initial=Group.Kind.OTHER, widget=Chips
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=2000, required=False, widget=forms.Textarea({"class": "short"})
    )

    @classmethod
    def of(cls, group: Group) -> "GroupForm":
        return cls(initial={"name": group.name, "kind": group.kind, "note": group.note})


class GroupFilter(FilterForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("Any")), *Group.Kind.choices]
    )


class PlaceForm(forms.Form):
    person = forms.UUIDField()
    section = forms.CharField(max_length=60, required=False)
