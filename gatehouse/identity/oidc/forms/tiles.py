"""The form of a tile."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core.widgets import ManyChoices, ManyRows
from gatehouse.identity.oidc.actions.tiles import ICONS
from gatehouse.identity.oidc.forms.clients import raise_unfit
from gatehouse.identity.oidc.models import AppTile, Client
from gatehouse.identity.oidc.refusals import Refused
from gatehouse.people.models import Role

ICON_WORDS = {
    "globe": gettext_lazy("Globe"),
    "book-open": gettext_lazy("Book"),
    "message-circle": gettext_lazy("Speech bubble"),
    "calendar-days": gettext_lazy("Calendar"),
    "mail": gettext_lazy("Letter"),
    "image": gettext_lazy("Picture"),
    "video": gettext_lazy("Film"),
    "file-text": gettext_lazy("Page"),
    "database": gettext_lazy("Shelf"),
    "code": gettext_lazy("Code"),
    "wallet": gettext_lazy("Wallet"),
    "ticket": gettext_lazy("Ticket"),
    "map-pin": gettext_lazy("Map"),
    "door-open": gettext_lazy("Door"),
    "printer": gettext_lazy("Printer"),
    "graduation-cap": gettext_lazy("Cap"),
    "users-round": gettext_lazy("People"),
    "megaphone": gettext_lazy("Megaphone"),
    "plug": gettext_lazy("Plug"),
    "terminal": gettext_lazy("Terminal"),
}


class IconChoice(forms.RadioSelect):
    """Pictures, each with its word for those who do not see it."""

    template_name = "oidc/manage/icons.html"


class TileForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    text = forms.CharField(
        label=gettext_lazy("A few words"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("What one does there."),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("https://…, or a page of this portal such as /help."),
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}),
    )
    icon = forms.ChoiceField(
        label=gettext_lazy("Picture"), choices=[(name, ICON_WORDS[name]) for name in ICONS], widget=IconChoice
    )
    client = forms.ModelChoiceField(
        label=gettext_lazy("Service"),
        queryset=Client.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("If it leads to one, only those see the tile who may sign in there."),
    )
    roles = ManyRows(
        label=gettext_lazy("Who sees it"),
        queryset=Role.objects.none(),
        required=False,
        widget=ManyChoices,
        help_text=gettext_lazy("Whoever holds one of these roles. With none ticked: everybody."),
    )

    def __init__(self, *args: Any, tile: AppTile | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"icon": "globe"})
        if tile:
            names = ("name", "text", "address", "icon", "client")
            kwargs["initial"] = {name: getattr(tile, name) for name in names} | {"roles": tile.roles.all()}
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = Client.objects.order_by("name")  # type: ignore[attr-defined]
        named = Role.objects.filter(archived_at=None).order_by("-is_built_in", "name")
        self.fields["roles"].queryset = named  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        if address.startswith("/"):
            if address.startswith(("//", "/\\")) or "\\" in address or not address.isprintable():
                raise ValidationError(_("A page of this portal begins with one /, like /help."))
            return address
        raise_unfit([address])
        return address

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
