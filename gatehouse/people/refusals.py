"""Why a deed of the people app was refused; the message is for the person who tried."""

from typing import Any

from django.utils.translation import gettext as _


class Refused(ValueError):
    """Base of all refusals; `field` names the input that must change, where one must."""

    field = ""


class EmailTaken(Refused):
    field = "email"

    def __init__(self, person: Any) -> None:
        self.person = person
        super().__init__(_("This address belongs to %(name)s.") % {"name": person.name if person else "?"})


class EmailUnfit(Refused):
    field = "email"

    def __init__(self, email: str) -> None:
        super().__init__(_("“%(email)s” is not an address. It should look like name@example.org.") % {"email": email})


class Nameless(Refused):
    field = "given_name"

    def __init__(self) -> None:
        super().__init__(_("Write a name or an e-mail address, so that the person can be found again."))


class PersonGone(Refused):
    def __init__(self) -> None:
        super().__init__(_("This record is gone: somebody merged or erased it a moment ago."))


class ChangedMeanwhile(Refused):
    def __init__(self) -> None:
        super().__init__(_("Somebody changed this record while you were writing. Look again, then save once more."))


class LastOwner(Refused):
    def __init__(self) -> None:
        super().__init__(_("This is the last owner. Make somebody else an owner first."))


class SamePerson(Refused):
    def __init__(self) -> None:
        super().__init__(_("A record can't be merged with itself. Choose another one."))


class NumberTaken(Refused):
    field = "number"

    def __init__(self, source: str, number: str) -> None:
        super().__init__(
            _("“%(source)s” has a membership with the number %(number)s already.")
            % {"source": source, "number": number}
        )


class DatesReversed(Refused):
    field = "expires_on"

    def __init__(self) -> None:
        super().__init__(_("The last day is before the first. Change one of them."))


class NameTaken(Refused):
    field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(_("There is one called “%(name)s” already. Choose another name.") % {"name": name})


class RoleFixed(Refused):
    def __init__(self) -> None:
        super().__init__(_("This role is built in: what it allows is decided by Gatehouse."))


class RoleArchived(Refused):
    def __init__(self) -> None:
        super().__init__(_("This role is archived. Bring it back before you give it to somebody."))


class PermissionUnknown(Refused):
    field = "permissions"

    def __init__(self, name: str) -> None:
        super().__init__(_("There is no permission “%(name)s”.") % {"name": name})


class ColourUnfit(Refused):
    field = "door_colour"

    def __init__(self) -> None:
        super().__init__(_("Write a colour as # and six digits, like #1c5145."))


class MarkUnfit(Refused):
    field = "mark"

    def __init__(self) -> None:
        super().__init__(
            _("This is no PNG, JPEG or WebP picture. An SVG can carry a script and is not taken: save it as a PNG.")
        )


class MarkTooHeavy(MarkUnfit):
    def __init__(self) -> None:
        Refused.__init__(self, _("The picture has more than 1 MB. Save it smaller: 512 × 512 pixels are plenty."))


class MarkWrongSize(MarkUnfit):
    def __init__(self, width: int, height: int) -> None:
        said = _("The picture has %(width)d × %(height)d pixels. Each side must have 32 to 2,048.")
        Refused.__init__(self, said % {"width": width, "height": height})
