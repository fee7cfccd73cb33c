"""What two versions of a design differ in, in sentences for whoever is about to publish one. No database."""

from collections.abc import Iterator

from gatehouse.core.said import Said, noop as _
from gatehouse.passes.blueprint import Blueprint, Field

STYLES = {"generic": _("Plain card"), "storeCard": _("Store card"), "eventTicket": _("Ticket"), "coupon": _("Coupon")}
PICTURES = {
    "icon": _("Icon"),
    "logo": _("Logo"),
    "strip": _("Strip"),
    "thumbnail": _("Thumbnail"),
    "background": _("Background"),
    "footer": _("Footer"),
}


def differences(before: Blueprint, after: Blueprint) -> list[Said]:
    """In the order of the designer's page; nothing for two that are equal."""
    return [*_look(before, after), *_fields(before, after), *_rest(before, after)]


def _look(before: Blueprint, after: Blueprint) -> Iterator[Said]:
    if before.style != after.style:
        styles = {"was": Said(STYLES[before.style]), "becomes": Said(STYLES[after.style])}
        yield Said(_("Style: %(was)s becomes %(becomes)s"), **styles)
    words = (
        (before.organisation, after.organisation, Said(_("Whose card it is"))),
        (before.description, after.description, Said(_("What it is"))),
        (before.logo_text, after.logo_text, Said(_("Title"))),
    )
    for was, becomes, name in words:
        if was != becomes:
            yield _changed(name, was, becomes)
    if before.colours != after.colours:
        yield Said(_("Other colours"))
    for role, picture in PICTURES.items():
        if before.images.get(role) != after.images.get(role):
            yield Said(_("Picture changed: %(name)s"), name=Said(picture))


def _changed(name: Said, was: str, becomes: str) -> Said:
    return Said(_("%(name)s: “%(was)s” becomes “%(becomes)s”"), name=name, was=was, becomes=becomes)


def _fields(before: Blueprint, after: Blueprint) -> Iterator[Said]:
    had, has = ({field.key: field for field in blueprint.fields} for blueprint in (before, after))
    for key, field in has.items():
        if key not in had:
            yield Said(_("New field: %(name)s"), name=_name(field))
        elif field != had[key]:
            yield Said(_("Field changed: %(name)s"), name=_name(field))
    for key, field in had.items():
        if key not in has:
            yield Said(_("Field gone: %(name)s"), name=_name(field))
    if [key for key in had if key in has] != [key for key in has if key in had]:
        yield Said(_("Fields stand in another order"))


def _name(field: Field) -> str:
    return field.label or field.key


def _rest(before: Blueprint, after: Blueprint) -> Iterator[Said]:
    if before.barcode != after.barcode:
        yield Said(_("Another code"))
    if before.places != after.places:
        yield Said(_("Other places"))
    if before.relevant != after.relevant:
        yield Said(_("Other times"))
    if before.expires != after.expires:
        yield Said(_("The card ends with its membership")) if after.expires else Said(_("The card no longer ends"))
    if before.is_shareable != after.is_shareable:
        yield Said(_("It may be passed on")) if after.is_shareable else Said(_("It may no longer be passed on"))
    if before.texts != after.texts:
        yield Said(_("Other translations"))
