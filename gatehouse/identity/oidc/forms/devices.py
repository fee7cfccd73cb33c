"""The form for the short code of a device."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.identity.oidc import user_codes


class DeviceCodeForm(forms.Form):
    user_code = forms.CharField(
        label=gettext_lazy("Code of the device"),
        max_length=40,
        widget=forms.TextInput(
            {
                "class": "code letters",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": "autofocus",
            }
        ),
        help_text=gettext_lazy("Like BCDF-GHJK; the dash may be left out."),
    )

    def clean_user_code(self) -> str:
        code = user_codes.read(str(self.cleaned_data["user_code"]))
        if not code:
            raise ValidationError(_("This is no such code: it has eight letters, and no A, E, I, O, U or Y."))
        return code
