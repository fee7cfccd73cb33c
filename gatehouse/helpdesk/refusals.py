"""Why a deed at the desk was refused; the message is for the person who tried."""

from typing import Any

from django.utils.translation import gettext as _


class Refused(ValueError):
    """Base of all refusals; `field` names the input that must change, where one must."""

    field = ""


class NotNow(Refused):
    """The ticket is in a state in which this can't be done any more."""


class AskedAlready(Refused):
    """The same asker has the same question open; `ticket` is that one."""

    def __init__(self, ticket: Any) -> None:
        self.ticket = ticket
        super().__init__(_("You have asked this already, and it is still open."))


class TooMany(Refused):
    """A limit is used up."""


class GuestsNotTaken(Refused):
    def __init__(self) -> None:
        super().__init__(_("Sign in to ask: this desk takes questions only from people it knows."))


class ChangedMeanwhile(Refused):
    """Somebody else wrote since this form was opened; `ticket` is as it stands now."""

    def __init__(self, ticket: Any) -> None:
        self.ticket = ticket
        super().__init__(_("Somebody changed this ticket while you were writing. Look at both, then save once more."))
