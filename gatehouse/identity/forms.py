"""What is typed at the gate and on one's own pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Person

LONGEST_PASSWORD = 1000


class AddressField(forms.CharField):
    """One e-mail address, in the one spelling that we keep."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("E-mail address"), "max_length": 320, **kwargs})

    def clean(self, value: Any) -> str:
        email = normal_email(super().clean(value))
        if not is_email(email):
            raise forms.ValidationError(_("This is no e-mail address. One looks like name@example.org."))
        return email


class PasswordField(forms.CharField):
    def __init__(self, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(**{"max_length": LONGEST_PASSWORD, "strip": False, "widget": widget, **kwargs})


def _attrs(**attrs: str) -> dict[str, str]:
    return attrs


class AddressForm(forms.Form):
    email = AddressField(widget=forms.EmailInput(attrs=_attrs(autocomplete="username webauthn", autofocus="autofocus")))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": "autofocus"},
        ),
    )


class PasswordForm(forms.Form):
    email = AddressField(widget=forms.EmailInput(attrs=_attrs(autocomplete="username", autofocus="autofocus")))
    password = PasswordField("current-password", label=_("Password"))


class FobForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the fob"),
        max_length=100,
        help_text=_(
            "Hold the fob to a reader that is plugged into this computer: it types the number. Or copy what another reader shows."
        ),
        widget=forms.TextInput(attrs=_attrs(autocomplete="off", autofocus="autofocus", spellcheck="false")),
    )
    name = forms.CharField(
        label=_("What you call it"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_attrs(autocomplete="off")),
    )


class AppCodeForm(forms.Form):
    """Of an authenticator app; the same field as a code by e-mail, so that password managers fill it in."""

    code = forms.CharField(
        label=_("Code of your app"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": "autofocus"},
        ),
    )


class RecoveryForm(forms.Form):
    recovery = forms.CharField(
        label=_("Recovery code"),
        max_length=60,
        help_text=_("One of the ten you kept. It works once."),
        widget=forms.TextInput(attrs=_attrs(autocomplete="off", autocapitalize="none", spellcheck="false")),
    )


class OwnPasswordForm(forms.Form):
    password = PasswordField("current-password", label=_("Password"))


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("For yourself, to know it again: the machine or key it is on."),
        widget=forms.TextInput(attrs=_attrs(autocomplete="off")),
    )


class NewPasswordForm(forms.Form):
    """Needs the person, because a password must not look like their name."""

    password = PasswordField("new-password", label=_("New password"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class NewAddressForm(forms.Form):
    email = AddressField(label=_("New e-mail address"), widget=forms.EmailInput(attrs=_attrs(autocomplete="email")))


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What one may change about oneself; the name is for those whom no roster names."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    class Meta:
        model = Person
        fields = ("given_name", "family_name", "preferred_name", "language")
        help_texts = {"preferred_name": _("What we call you. It stands in front of your last name.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("As my browser says")), *settings.LANGUAGES]
        if self.instance.source:
            del self.fields["given_name"], self.fields["family_name"]


class FirstRunForm(forms.Form):
    """The first owner. The word is asked of those who come from another machine."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs=_attrs(autocomplete="name"))
    )
    email = AddressField(label=_("Your e-mail address"), widget=forms.EmailInput(attrs=_attrs(autocomplete="email")))
    organisation = forms.CharField(label=_("Name of the organisation"), max_length=80)
    password = PasswordField(
        "new-password",
        label=_("Password"),
        required=False,
    )
    word = forms.CharField(
        label=_("The word printed at the start"),
        max_length=60,
        help_text=_("It stands in the terminal or log in which the portal was started."),
        widget=forms.TextInput(attrs=_attrs(autocomplete="off")),
    )

    def __init__(self, *args: Any, is_from_here: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = _("You can sign in by e-mailed code without one. As long as no mail server is set up, have one.")
        self.fields["password"].help_text = " ".join([str(why), *password_validators_help_texts()])
        if is_from_here:
            del self.fields["word"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, Person(email=self.data.get("email", "")))
        return password
