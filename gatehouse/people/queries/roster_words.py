"""What our columns are called where people read them: in the columns step, and in a preview's differences."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise] = {
    "number": _("Number"),
    "name": _("Whole name"),
    "given_name": _("First name"),
    "family_name": _("Last name"),
    "preferred_name": _("Preferred name"),
    "email": _("E-mail"),
    "role": _("Role"),
    "level": _("Level"),
    "status": _("Status"),
    "valid_from": _("Valid from"),
    "expires_on": _("Valid until"),
    "card_names": _("Other names on the card"),
    "joined_on": _("Joined"),
    "left_on": _("Last day"),
    "add_ons": _("Add-ons, several in a cell"),
    "add_on": _("Add-on, one to a line"),
    "quantity": _("Quantity of the add-on"),
    "address_1": _("Address"),
    "address_2": _("Address, second line"),
    "city": _("City"),
    "region": _("State or region"),
    "postcode": _("Postcode"),
    "country": _("Country"),
    "groups": _("Groups or courses"),
    "section": _("Section of the group"),
    "source": _("Source"),
}
IN_PREVIEW: Mapping[str, Promise] = {
    **WORDS,
    "add_ons": _("Add-ons"),
    "listed_groups": _("Groups"),
    "listed_role": _("Role"),
}
GROUPED: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("The person"), ("number", "name", "given_name", "family_name", "preferred_name", "email", "role")),
    (
        _("The membership"),
        ("level", "status", "valid_from", "expires_on", "joined_on", "left_on", "card_names", "add_ons", "add_on", "quantity"),
    ),
    (_("The address"), ("address_1", "address_2", "city", "region", "postcode", "country")),
    (_("Groups"), ("groups", "section")),
)  # fmt: skip
EVERY = "source"
