"""Forms for roles of one's own."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from gatehouse.core import access
from gatehouse.core.widgets import ManyChoices
from gatehouse.people.forms.base import DeedForm
from gatehouse.people.models import Person, Role


class RoleForm(DeedForm):
    """Offers only what the actor may; what a role holds beyond that stays as it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("Whoever holds this role may"), required=False, widget=ManyChoices
    )

    def __init__(self, *args: Any, actor: Person, role: Role | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": role.name, "permissions": role.permissions} if role else {}
        super().__init__(*args, **kwargs)
        offered = [one for one in access.permissions.values() if actor.may(one.name)]
        self.fields["permissions"].choices = [(one.name, capfirst(str(one.label))) for one in offered]  # type: ignore[attr-defined]
        self.beyond = set(role.permissions if role else ()) - {one.name for one in offered}

    def permissions_wanted(self) -> set[str]:
        return {*self.cleaned_data["permissions"], *self.beyond}
