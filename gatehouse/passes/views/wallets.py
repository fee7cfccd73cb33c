"""Which wallets a card can be added to, for its holder's page and for the page behind a link."""

from dataclasses import dataclass

from gatehouse.passes import queries
from gatehouse.passes.models import Pass
from gatehouse.passes.phones import Device


@dataclass(frozen=True)
class Wallets:
    """What is offered, as addresses; "" is not offered. `first` is the one for the phone that asks."""

    apple: str = ""
    google: str = ""
    device: Device = "other"

    @property
    def shows_apple(self) -> bool:
        return bool(self.apple) and self.device != "android"

    @property
    def shows_google(self) -> bool:
        return bool(self.google) and self.device != "apple"


def wallets_of(card: Pass, *, apple: str, device: Device = "other") -> Wallets:
    """`apple` is the address of the file: offered once there is a certificate that signs it."""
    return Wallets(apple if _can_be_signed(card) else "", queries.google_link(card), device)


def _can_be_signed(card: Pass) -> bool:
    return queries.certificate_for(card.design.pass_type_id) is not None
