"""Forms for people and their records."""

from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import clock
from gatehouse.people import attributes
from gatehouse.people.forms.base import DeedForm, FilterForm
from gatehouse.people.models import Group, Person, Role
from gatehouse.people.queries import levels, sources

ANY = ("", gettext_lazy("Any"))


class PersonForm(DeedForm):
    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=200, required=False)
    family_name = forms.CharField(label=gettext_lazy("Last name"), max_length=200, required=False)
    preferred_name = forms.CharField(
        label=gettext_lazy("Preferred name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What we call them, if it is not the first name."),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Where the sign-in code goes. Without one, nobody can sign in as this person."),
        widget=forms.TextInput({"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("As the browser wishes")), *settings.LANGUAGES],
    )
    joined_on = forms.DateField(label=gettext_lazy("Joined"), required=False)
    details = forms.CharField(
        label=gettext_lazy("Further details"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"class": "short", "rows": 5}),
        help_text=gettext_lazy("One to a line: a name, a colon and what is so, like “Locker: 12”."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, person: Person, seen: str) -> "PersonForm":
        names = ("given_name", "family_name", "preferred_name", "email", "language", "joined_on")
        known = {name: getattr(person, name) for name in names}
        return cls(person=person, initial={**known, "details": attributes.as_lines(person.attributes), "seen": seen})

    @classmethod
    def new(cls) -> "PersonForm":
        return cls(initial={"joined_on": clock.today()})

    def clean_details(self) -> dict[str, Any]:
        before = self.person.attributes if self.person else {}
        try:
            return attributes.from_lines(self.cleaned_data["details"].replace("\r", ""), before)
        except attributes.LineUnfit as error:
            raise forms.ValidationError(
                _("“%(line)s” has no colon. Write a name, a colon and what is so.") % {"line": str(error)[:80]}
            ) from error

    def clean(self) -> dict[str, Any]:
        """Whoever is added has a name; people whom a file brought may have none."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        names = ("given_name", "family_name", "preferred_name")
        if self.person is None and not self.errors and not any(values.get(name) for name in names):
            self.add_error("given_name", _("Write at least one name, so that the person can be found again."))
        return values

    def fields_of_person(self) -> Any:
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"details", "seen"}}
        return {**values, "attributes": self.cleaned_data["details"]}


class PeopleFilter(FilterForm):
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("", gettext_lazy("Last name")),
            ("joined", gettext_lazy("Joined last")),
            ("changed", gettext_lazy("Changed last")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [ANY, *((level, level) for level in levels())]  # type: ignore[attr-defined]
        self.fields["source"].choices = [ANY, *((source, source) for source in sources())]  # type: ignore[attr-defined]
        roles = Role.objects.order_by("-is_built_in", "pk")
        self.fields["role"].choices = [ANY, *((role.slug, role.label) for role in roles)]  # type: ignore[attr-defined]
        self.fields["group"].choices = [ANY, *_groups()]  # type: ignore[attr-defined]


def _groups() -> list[tuple[int, str]]:
    """Two of one name are told apart by their source."""
    groups = list(Group.objects.order_by("name", "pk").values_list("pk", "name", "source")[:500])
    times = Counter(name for _pk, name, _source in groups)
    return [(pk, f"{name} ({source or _('by hand')})" if times[name] > 1 else name) for pk, name, source in groups]


class EndForm(DeedForm):
    note = forms.CharField(label=gettext_lazy("Note for the journal"), max_length=300, required=False)


class GrantForm(forms.Form):
    """Which of the roles that may be given."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_slug = {role.slug: role for role in roles}
        self.fields["role"].choices = [(role.slug, role.label) for role in roles]  # type: ignore[attr-defined]

    def chosen(self) -> Role:
        return self.by_slug[self.cleaned_data["role"]]
