"""A certificate as it is uploaded."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.passes.certificates import BIGGEST


class CertificateForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Certificate and key"),
        help_text=gettext_lazy(
            "A .p12 as Keychain Access exports it, or a PEM file (.pem) that has certificate and key one after the other."
        ),
        allow_empty_file=True,  # the reader says it in its own words
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"),
        help_text=gettext_lazy("The one that was typed when the file was exported. It is used once and not kept."),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    intermediate = forms.FileField(
        label=gettext_lazy("Apple's intermediate certificate"),
        help_text=gettext_lazy("AppleWWDRCAG4.cer, unless it is in the file above or was uploaded before."),
        required=False,
        allow_empty_file=True,
    )

    def clean_file(self) -> bytes:
        return _bytes_of(self.cleaned_data["file"])

    def clean_intermediate(self) -> bytes:
        return _bytes_of(self.cleaned_data["intermediate"])


def _bytes_of(upload: UploadedFile[Any] | None) -> bytes:
    if upload is None:
        return b""
    if (upload.size or 0) > BIGGEST:
        raise forms.ValidationError(_("This file is far too big for a certificate."))
    content: Any = upload.read()
    return bytes(content)
