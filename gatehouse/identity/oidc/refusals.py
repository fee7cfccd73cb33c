"""Why nothing is issued. The protocol's doors put these into the words of their RFC."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.identity.oidc.uris import Trouble

WHY_UNFIT: Final[dict[Trouble, str | Promise]] = {
    Trouble.LONG: gettext_lazy("An address is too long: at most 2000 letters."),
    Trouble.ODD: gettext_lazy("“%(address)s” holds letters that browsers read differently. Write it percent-encoded."),
    Trouble.WILDCARD: gettext_lazy("“%(address)s”: no wildcards. Write each address on a line of its own."),
    Trouble.FRAGMENT: gettext_lazy("“%(address)s”: leave out the part from # on."),
    Trouble.USER: gettext_lazy("“%(address)s”: leave out the name before the @."),
    Trouble.SCHEME: gettext_lazy(
        "“%(address)s” must begin with https://, or with http:// on this very machine; apps on phones may have a scheme"
        " of their own with a dot in it."
    ),
    Trouble.HOST: gettext_lazy("“%(address)s” names no host. It should look like https://wiki.example.org/callback."),
    Trouble.DOTS: gettext_lazy("“%(address)s” goes up and down by dots. Write the way straight."),
}


class GrantUnusable(ValueError):
    """The code or refresh token is unknown, used, run out, another's, or its grant has ended (`invalid_grant`)."""


class ScopeTooWide(ValueError):
    """More was asked than was granted, or than this service may have (`invalid_scope`)."""


class TargetUnknown(ValueError):
    """The service may not ask for tokens for this audience (`invalid_target`, RFC 8707)."""


class TokenRefused(ValueError):
    """It is no access token of ours, has run out, was given back, or what it came of has ended (`invalid_token`)."""


class ProofRefused(ValueError):
    """There is no proof of the key a token is bound to, or it is not good (`invalid_dpop_proof`, RFC 9449)."""


class RequestUriUnusable(ValueError):
    """No such request was pushed by this client, its time is over, or it was opened before (RFC 9126)."""


class Refused(ValueError):
    """Why a service or a tile was not kept as it was written; `field` names what must change. Views have the words."""

    def __init__(self, field: str = "") -> None:
        super().__init__(_("This cannot be kept as it is: look again."))
        self.field = field


class AddressUnfit(Refused):
    """`trouble` is `uris.Trouble`; None where an address is missing."""

    def __init__(self, field: str, address: str, trouble: Trouble | None) -> None:
        super().__init__(field)
        said = {"address": address[:200]}
        self.args = (WHY_UNFIT[trouble] % said if trouble else _("Write at least one address."),)


class ClientIdTaken(Refused):
    def __init__(self, client_id: str) -> None:
        super().__init__("name")
        self.args = (_("There is a service with the id %(id)s already.") % {"id": client_id},)


class RotatedMeanwhile(Refused):
    def __init__(self) -> None:
        super().__init__()
        self.args = (_("A new secret was made a moment ago, and shown then. If it was not kept, make another one."),)


class MemberOutOfReach(ValueError):
    """A service wrote to somebody who holds more rights than members do."""


class UsernameTaken(ValueError):
    """Somebody else has this name, without regard to case."""
