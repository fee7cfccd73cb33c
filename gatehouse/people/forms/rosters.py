"""Forms of the import wizard: the file, its columns, what happens to those who are not in it, who is who."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from gatehouse.core.widgets import Chips, Choices
from gatehouse.people import roster
from gatehouse.people.models import RosterChange, RosterImport
from gatehouse.people.queries.roster_words import EVERY, GROUPED, WORDS
from gatehouse.people.roster.fields import DETAIL

OWN = "attr"
"""The choice “keep as a detail of its own”; the column's name becomes the detail's."""
ORDERS = (
    ("auto", gettext_lazy("As the file's own days show")),
    ("mdy", gettext_lazy("Month first: 3/31/2027")),
    ("dmy", gettext_lazy("Day first: 31/3/2027")),
)
A_NAME = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]*\Z", gettext_lazy("Use small letters, digits and hyphens, like garden-members.")
)


class ColumnsForm(forms.Form):
    """One select for each of the file's columns, and how its numbers and days are to be read."""

    source = forms.CharField(
        label=gettext_lazy("Whose numbers are these?"),
        max_length=60,
        help_text=gettext_lazy(
            "A short name of the system the file comes from. A number is found again only within its source."
        ),
    )
    date_order = forms.ChoiceField(label=gettext_lazy("How are days written?"), choices=ORDERS, widget=Chips)
    save_as = forms.CharField(
        label=gettext_lazy("Remember these columns as"),
        max_length=50,
        required=False,
        validators=[A_NAME],
        help_text=gettext_lazy("The next file with such a header is then read the same way."),
    )

    def __init__(self, data: Any = None, *, roster_import: RosterImport) -> None:
        self.header = roster_import.header
        super().__init__(data, initial=_present(roster_import))
        choices = _choices()
        for place, column in enumerate(self.header):
            self.fields[f"c{place}"] = forms.ChoiceField(label=column["name"], choices=choices, required=False)

    def columns(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """Each of the file's columns with its select."""
        for place, column in enumerate(self.header):
            yield column, self[f"c{place}"]

    def rest(self) -> list[Any]:
        return [self[name] for name in ("source", "date_order", "save_as")]

    def chosen(self) -> dict[str, str]:
        """Header → field, of the columns that are to be read."""
        values = (self.cleaned_data.get(f"c{place}", "") for place in range(len(self.header)))
        pairs = zip((column["name"] for column in self.header), values, strict=True)
        return {name: f"{DETAIL}{name}" if field == OWN else field for name, field in pairs if field}

    def clean_save_as(self) -> str:
        name: str = self.cleaned_data["save_as"]
        if name in roster.MAPPINGS:
            raise forms.ValidationError(_("“%(name)s” is a mapping of our own. Choose another name.") % {"name": name})
        return name

    def clean_source(self) -> str:
        return " ".join(str(self.cleaned_data["source"]).split())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        self._insist_on_one_each(values)
        fields = [values.get(f"c{place}") for place in range(len(self.header))]
        if "number" not in fields:
            self.add_error(
                None, _("Choose the column that holds the number by which a line is known again, and call it “Number”.")
            )
        return values

    def _insist_on_one_each(self, values: dict[str, Any]) -> None:
        first: dict[str, str] = {}
        for place, column in enumerate(self.header):
            field = values.get(f"c{place}")
            if not field or field == OWN or first.setdefault(field, column["name"]) == column["name"]:
                continue
            words = {"first": first[field], "field": WORDS[field]}
            self.add_error(f"c{place}", _("“%(first)s” is read as “%(field)s” already. Choose one of the two.") % words)


def _present(roster_import: RosterImport) -> dict[str, Any]:
    names = {"source": roster_import.source, "date_order": roster_import.date_order}
    if roster_import.mapping not in roster.MAPPINGS:
        names["save_as"] = roster_import.mapping
    for place, column in enumerate(roster_import.header):
        field = roster_import.columns.get(column["name"], "")
        names[f"c{place}"] = OWN if field.startswith(DETAIL) else field
    return names


def _choices() -> list[tuple[Any, Any]]:
    groups = [(title, [(name, WORDS[name]) for name in names]) for title, names in GROUPED]
    rest = [(OWN, _("A detail of its own")), (EVERY, WORDS[EVERY])]
    return [("", _("Not read")), *groups, (_("Other"), rest)]


class ApplyForm(forms.Form):
    """What happens to those whom the file does not name."""

    missing = forms.ChoiceField(
        label=gettext_lazy("People who are not in the file"), choices=RosterImport.Missing.choices, widget=Choices
    )

    def __init__(self, data: Any = None, *, memberships: int, people: int) -> None:
        super().__init__(data, initial={"missing": RosterImport.Missing.LEAVE})
        widget = self.fields["missing"].widget
        widget.attrs["class"] = "one"
        counts = {"memberships": memberships, "people": people}
        widget.hints = {
            "leave": _("Nothing happens to them."),
            "left": ngettext(
                "%(memberships)s membership ends. Its person has left, and can't sign in, unless there is another "
                "membership, or a role that somebody gave by hand.",
                "%(memberships)s memberships end. Their %(people)s people have left, and can't sign in, unless they "
                "have another membership, or a role that somebody gave by hand.",
                memberships,
            )
            % counts,
            "expire": ngettext(
                "%(memberships)s membership ran out yesterday. Its person can still sign in.",
                "%(memberships)s memberships ran out yesterday. Their %(people)s people can still sign in.",
                memberships,
            )
            % counts,
        }


FOR_ALL = (
    ("each", gettext_lazy("As chosen line by line")),
    ("same", gettext_lazy("The same person, in all others")),
    ("other", gettext_lazy("Somebody else, in all others")),
    ("skip", gettext_lazy("Skip all others")),
)


class DecideForm(forms.Form):
    """Who each of these lines is; or one word for all that nobody answered, those of other pages too."""

    all = forms.ChoiceField(
        label=gettext_lazy("The lines without an answer"), choices=FOR_ALL, widget=Chips, initial="each"
    )

    def __init__(self, data: Any = None, *, changes: list[RosterChange]) -> None:
        super().__init__(data)
        self.changes = changes
        for change in changes:
            self.fields[f"d{change.pk}"] = forms.ChoiceField(
                label=_("Line %(line)s") % {"line": change.line},
                choices=fitting(change),
                required=False,
                initial=change.decision,
                widget=Chips,
            )

    def lines(self) -> Iterator[tuple[RosterChange, Any]]:
        for change in self.changes:
            yield change, self[f"d{change.pk}"]

    def word_for_all(self) -> str:
        word: str = self.cleaned_data["all"]
        return "" if word == "each" else word

    def decisions(self) -> dict[int, str]:
        taken = {change.pk: self.cleaned_data.get(f"d{change.pk}", "") for change in self.changes}
        return {pk: decision for pk, decision in taken.items() if decision}


def fitting(change: RosterChange) -> list[tuple[str, Any]]:
    """A known person's new address that is somebody else's: nobody asks who that person is."""
    decisions = RosterChange.Decision
    if change.before is not None:
        return [
            (decisions.OTHER, _("Change the rest, keep the e-mail as it is")),
            (decisions.SKIP, _("Skip this line")),
        ]
    return [
        (decisions.SAME, _("The same person")),
        (decisions.OTHER, _("Somebody else, without this e-mail")),
        (decisions.SKIP, _("Skip this line")),
    ]


class ConfirmForm(forms.Form):
    """What was chosen before somebody was asked to type a number."""

    missing = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
