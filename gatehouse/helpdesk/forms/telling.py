"""What tutors tell everybody who waits."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gatehouse.core.widgets import Chips
from gatehouse.helpdesk.actions.desk import NEWS_MINUTES

SPANS = (_("30 minutes"), _("an hour"), _("two hours"), _("four hours"))


class NewsForm(forms.Form):
    text = forms.CharField(
        label=_("What everybody shall know"),
        max_length=160,
        help_text=_("“We are running late”, “Ben is in B14 today”. One sentence."),
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long"), coerce=int, choices=list(zip(NEWS_MINUTES, SPANS, strict=True)), widget=Chips
    )
