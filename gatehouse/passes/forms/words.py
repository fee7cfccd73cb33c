"""What the pages of cards ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatehouse.core import widgets
from gatehouse.passes import actions, letter_text
from gatehouse.passes.models import Mailing

NOT_YET, ALL = "unsent", "all"


class WordsForm(forms.Form):
    """The words of a mailing. Whom to write to is asked only where some were written to before."""

    whom = forms.ChoiceField(label=_("To whom?"), choices=[], widget=widgets.Choices)
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Text"),
        help_text=_("Plain text. {name}, {card} and {number} stand for what differs from one to the next."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": "11"}),
    )

    def __init__(self, data: Any, *, mailing: Mailing, choices: list[tuple[str, str]]) -> None:
        ours = actions.offered()
        initial = {
            "whom": ALL if mailing.is_again else NOT_YET,
            "subject": mailing.subject or ours["subject"],
            "text": mailing.text or ours["text"],
        }
        super().__init__(data, initial=initial)
        whom: Any = self.fields["whom"]
        whom.choices = choices
        if len(choices) < 2:
            del self.fields["whom"]

    def clean_subject(self) -> str:
        return self._known("subject")

    def clean_text(self) -> str:
        return self._known("text")

    def words(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"subject": given["subject"], "text": given["text"], "is_again": given.get("whom") == ALL}

    def _known(self, name: str) -> str:
        value: str = self.cleaned_data[name]
        if unknown := letter_text.unknown(value):
            said = _("“{%(name)s}” stands for nothing. There are {name}, {card} and {number}.")
            raise forms.ValidationError(said % {"name": unknown[0]})
        return value
