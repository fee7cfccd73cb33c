"""Why something was not written; the message is for the person who tried."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class EntryRefused(ValueError):
    """`field` names the input that must change, where one must."""

    field = ""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field or self.field
        super().__init__(message)


class KeyTaken(EntryRefused):
    def __init__(self, name: str, *, field: str) -> None:
        super().__init__(_("There is one like this already: %(name)s.") % {"name": name}, field=field)


class EntryChanged(EntryRefused):
    """Somebody else wrote since the form was opened; `theirs` is what the columns hold now."""

    def __init__(self, theirs: Sequence[tuple[str, str]]) -> None:
        self.theirs = theirs
        super().__init__(_("Somebody changed this while you were writing. Look at both, then save once more."))


class EntryGone(EntryRefused):
    def __init__(self) -> None:
        super().__init__(_("This is gone: somebody removed it a moment ago."))


class ImportRefused(ValueError):
    """The file, or this step of its import, can't be done; the message says why and what to do."""


class TutorRefused(EntryRefused):
    """Who helps could not be changed by this person."""
