"""The form of a registration token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from gatehouse.core import clock
from gatehouse.identity.oidc.actions.registering import MOST_USES


class TicketForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=80,
        help_text=gettext_lazy("Who gets it and why, like “Calendar of the workshop”. You read it in the journal."),
    )
    most = forms.IntegerField(
        label=gettext_lazy("Services that may register by it"), min_value=1, max_value=MOST_USES, initial=1
    )
    days = forms.IntegerField(label=gettext_lazy("Days it is good"), min_value=1, max_value=365, initial=7)

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "name": said["name"],
            "most": said["most"],
            "ends_at": clock.now() + timedelta(days=said["days"]),
        }
