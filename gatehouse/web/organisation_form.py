"""What those who run the portal say about the organisation."""

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import widgets
from gatehouse.people.models import Organisation
from gatehouse.people.refusals import Refused
from gatehouse.web import colour

HOUSE_GREEN = "#1c5145"  # the door of tokens.css; a host who chooses it has no colour of its own


class MarkInput(forms.ClearableFileInput):
    """Drawn without the present picture, which the page shows as a picture."""

    template_name = "django/forms/widgets/file.html"


class OrganisationForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Stands over the door and in every letter.")
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A department or place within it, like “Learning Centre”."),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact address"),
        required=False,
        help_text=gettext_lazy("Whom people write to when they are stuck. It is shown to everybody."),
    )
    mark = forms.FileField(
        label=gettext_lazy("Mark"),
        required=False,
        widget=MarkInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy(
            "A PNG, JPEG or WebP picture of at most 1 MB; 32 to 2,048 pixels a side. A square one with a clear ground "
            "looks best on the bar."
        ),
    )
    door_colour = forms.CharField(
        label=gettext_lazy("Door colour"),
        validators=[widgets.HEX_COLOUR],
        widget=widgets.Colour,
        help_text=gettext_lazy("Bar, buttons and links follow from it, by day and by night."),
    )

    @classmethod
    def of(cls, host: Organisation) -> dict[str, Any]:
        said = {name: getattr(host, name) for name in ("name", "unit", "contact_email")}
        return {**said, "mark": host.mark or None, "door_colour": host.door_colour or HOUSE_GREEN}

    def clean_door_colour(self) -> str:
        chosen = str(self.cleaned_data["door_colour"]).lower()
        if chosen == HOUSE_GREEN:
            return ""
        try:
            colour.paint(chosen)
        except colour.ColourUnreadable as refused:
            said = _("White words on this colour have a contrast of %(ratio)s; they need 4.5. Choose a darker one.")
            raise forms.ValidationError(said % {"ratio": f"{refused.ratio:.1f}"}) from refused
        return chosen

    def deed(self) -> dict[str, Any]:
        """What `save_organisation` takes; a mark that was not touched is None, one to be taken away False."""
        mark = self.cleaned_data["mark"]
        is_new = isinstance(mark, File) and "mark" in self.files
        return {**self.cleaned_data, "mark": mark if is_new or mark is False else None}

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
