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


class PinWrong(Refused):
    field = "pin"

    def __init__(self) -> None:
        super().__init__(_("That is not the PIN of this desk."))


class ChangedMeanwhile(Refused):
    """Somebody else wrote since this form was opened; `ticket` is as it stands now."""

    def __init__(self, ticket: Any) -> None:
        self.ticket = ticket
        super().__init__(_("Somebody changed this ticket while you were writing. Look at both, then save once more."))


class AlreadyClaimed(Refused):
    """Somebody else was faster; `ticket` is what both wanted, `winner` the name of who got it."""

    def __init__(self, ticket: Any, winner: str) -> None:
        self.ticket, self.winner = ticket, winner
        said = _("%(name)s took this one a moment ago. Help the next person?")
        super().__init__(said % {"name": winner or _("Somebody else")})


class NobodyWaits(Refused):
    """Nobody waits in the tutor's courses; `elsewhere` counts those who wait in others."""

    def __init__(self, elsewhere: int) -> None:
        self.elsewhere = elsewhere
        said = _("Nobody waits in your courses now, and %(n)d in others.") if elsewhere else _("Nobody waits now.")
        super().__init__(said % {"n": elsewhere} if elsewhere else said)


class OpenWork(Refused):
    """A shift can't end in silence while its tutor helps; `tickets` are those."""

    def __init__(self, tickets: Any) -> None:
        self.tickets = tickets
        super().__init__(_("You are still helping. Close it, hand it over, or let it go back to the queue."))


class ReasonMissing(Refused):
    field = "reason"

    def __init__(self) -> None:
        super().__init__(_("Say in a few words why the minutes are not those of the clock."))


class TimesWrong(Refused):
    """A time that lies ahead, or too far back."""

    field = "began_at"


class SlotGone(Refused):
    """The time can't be had any more; `instead` are the next ones that can."""

    def __init__(self, instead: Any, said: str = "") -> None:
        self.instead = instead
        super().__init__(said or _("Somebody took this time a moment ago."))


class Overlap(Refused):
    """The person, or the tutor, is somewhere else at that time."""


class HoursUnfit(Refused):
    """Bookable hours that can't be so; `field` names what must change."""

    def __init__(self, said: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(said)


class WordMissing(Refused):
    field = "because"

    def __init__(self) -> None:
        super().__init__(_("Say in a few words why, so that nobody waits for you in vain."))
