"""Why somebody was not let in, in words for the person who reads them."""

from datetime import timedelta
from math import ceil

from django.utils.translation import gettext as _, ngettext


class TooOften(ValueError):
    """A limit is used up; `wait` is how long until the next try."""

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait

    @property
    def retry_after(self) -> str:
        """For the header of the same name, in seconds (RFC 9110, 10.2.3)."""
        return str(max(ceil(self.wait.total_seconds()), 1))


class CodeWrong(ValueError):
    """The digits do not fit; `tries_left` more may be tried."""

    def __init__(self, tries_left: int) -> None:
        left = ngettext("One try left", "%(count)d tries left", tries_left) % {"count": tries_left}
        super().__init__(_("That code is not right. %(left)s, or send a new one.") % {"left": left})
        self.tries_left = tries_left


class FlowOver(ValueError):
    """Used, too old, or guessed too often."""

    def __init__(self) -> None:
        super().__init__(_("This code works no more. Send a new one."))


class PasswordWrong(ValueError):
    def __init__(self) -> None:
        super().__init__(_("This address and this password do not belong together."))


class FactorWrong(ValueError):
    """Code of an app or recovery code: wrong, or used before."""

    def __init__(self) -> None:
        super().__init__(_("That code is not right, or was used before. Wait for the next one and type it again."))


class RecoveryWrong(ValueError):
    def __init__(self) -> None:
        super().__init__(_("That is none of your recovery codes, or it was used before. Each works once."))


class PasskeyWrong(ValueError):
    """Also when it took too long, or another page began meanwhile: pressing again is the way out of all of them."""

    def __init__(self) -> None:
        super().__init__(_("That passkey was not taken. Try again, or choose another way."))


class SetUpOver(ValueError):
    """The secret on the page is no longer the one we wait for."""

    def __init__(self) -> None:
        super().__init__(_("That took too long. Scan the new code on this page."))


class AlreadyOwned(ValueError):
    def __init__(self) -> None:
        super().__init__(_("Somebody set up this portal a moment ago. Sign in instead."))


class WordWrong(ValueError):
    def __init__(self) -> None:
        super().__init__(_("That is not the word printed at the start. Starting the portal again prints a new one."))


class NobodyThere(ValueError):
    def __init__(self, email: str) -> None:
        super().__init__(_("Nobody who may sign in has the address %(email)s.") % {"email": email})


class AddressTaken(ValueError):
    def __init__(self) -> None:
        super().__init__(_("This address cannot be used. Try another, or ask the people who run this portal."))


class UpstreamRefused(ValueError):
    """The other sign-in did not answer as it must; why stands in the log, not on the page."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s did not let you in here. Try again, or choose another way.") % {"name": name})


class UpstreamUnknown(ValueError):
    """The other organisation knows them; here nobody is connected with that account."""

    def __init__(self, name: str) -> None:
        text = _("Nobody here is connected with this account at %(name)s. Sign in another way, then connect it.")
        super().__init__(text % {"name": name})


class UpstreamTaken(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(_("This account at %(name)s is connected with somebody else here.") % {"name": name})


class FobUnreadable(ValueError):
    def __init__(self) -> None:
        super().__init__(_("This is no number of a fob: 4 to 40 letters and digits, as the reader shows them."))


class FobTaken(ValueError):
    def __init__(self) -> None:
        super().__init__(_("This fob is somebody's already. Have it removed there first."))


class FobUnknown(ValueError):
    """Nobody's, or of somebody who may not sign in."""


def in_words(wait: timedelta) -> str:
    """38 seconds, 7 minutes, 5 hours: rounded up, so that nobody comes back too early."""
    seconds = max(ceil(wait.total_seconds()), 1)
    if seconds < 90:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if (minutes := ceil(seconds / 60)) < 90:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = ceil(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
