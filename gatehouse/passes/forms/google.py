"""What the page of the Google Wallet account asks for."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from gatehouse.passes.service_account import LONGEST

ISSUER = RegexValidator(r"^[0-9]{5,25}\Z", _("An issuer ID is a number of some 19 digits, without blanks."))


class GoogleAccountForm(forms.Form):
    """The issuer id, and the key file of the service account that speaks for it."""

    issuer_id = forms.CharField(
        label=_("Issuer ID"),
        max_length=25,
        validators=[ISSUER],
        help_text=_("In the Google Pay & Wallet Console, at the top of “Google Wallet API”."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "num"}),
    )
    key_file = forms.FileField(
        label=_("Key file of the service account"),
        help_text=_("The JSON file that Google Cloud offers once, when a key is added."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_key_file(self) -> str:
        """Its text; a file that is too long or no text is given on as such, and refused for what it is."""
        file: Any = self.cleaned_data["key_file"]
        return str(file.read(LONGEST + 1).decode("utf-8", "replace"))
