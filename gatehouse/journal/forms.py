"""What the journal's page can be narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from gatehouse.journal import queries, words
from gatehouse.journal.queries import Wanted


class JournalFilter(forms.Form):
    is_filter = True

    who = forms.CharField(label=_("Who"), max_length=200, required=False)
    verb = forms.ChoiceField(label=_("Did what"), required=False)
    about = forms.CharField(label=_("To whom or what"), max_length=300, required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=pgettext_lazy("last day", "To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(((verb, str(words.of(verb))) for verb in queries.verbs()), key=lambda pair: pair[1].casefold())
        self["verb"].field.choices = [("", _("Anything")), *named]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What could be understood of the address; the rest stands as errors beside its fields."""
        self.full_clean()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})
