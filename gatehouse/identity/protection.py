"""How well an account is protected, told plainly, and by which ways its person can prove themselves."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from django.utils.translation import gettext as _

from gatehouse.identity import factors, queries
from gatehouse.identity.acr import is_met
from gatehouse.people.models import Person

Way: TypeAlias = Literal["passkey", "totp", "code", "password", "recovery"]

# The best first; with each the level that it reaches when it is fresh (see acr.py).
REACHES: Final[dict[Way, str]] = {
    "passkey": "gold",
    "totp": "gold",
    "code": "silver",
    "password": "bronze",
    "recovery": "bronze",
}
SECOND: Final[tuple[Way, ...]] = ("passkey", "totp", "recovery")
FEW_CODES: Final = 3


@dataclass(frozen=True)
class Protection:
    """What there is, and in words what it means: one sentence how it stands, then what is worth doing."""

    has_email: bool
    has_password: bool
    has_app: bool
    passkeys: int
    codes: int
    asks_second_step: bool

    @property
    def is_strong(self) -> bool:
        return self.asks_second_step

    @property
    def headline(self) -> str:
        if self.asks_second_step:
            return _("Two things are needed to sign in as you.")
        return _("One thing is enough to sign in as you.")

    @property
    def sentence(self) -> str:
        if self.asks_second_step:
            return _("A code by e-mail or a password alone opens nothing: %(second)s is asked for too.") % {
                "second": self._second()
            }
        if self.has_password:
            return _("Whoever can read your mailbox, or knows your password, can sign in as you.")
        return _("Whoever can read your mailbox can sign in as you.")

    @property
    def advice(self) -> list[str]:
        return [text for is_due, text in self._advice() if is_due]

    def _second(self) -> str:
        if self.has_app and self.passkeys:
            return _("a passkey or a code of your app")
        return _("a code of your app") if self.has_app else _("a passkey")

    def _advice(self) -> list[tuple[bool, str]]:
        has_strong = self.has_app or self.passkeys > 0
        is_alone = self.passkeys + self.has_app == 1
        return [
            (not has_strong, _("Add a passkey: signing in gets safer, and quicker.")),
            (has_strong and not self.asks_second_step, _("Ask for a second step, so that your mailbox alone is not enough.")),
            (self.asks_second_step and not self.codes, _("Make recovery codes. Without them a lost device locks you out.")),
            (0 < self.codes <= FEW_CODES, _("Few recovery codes are left. Make new ones before the last is used.")),
            (self.asks_second_step and is_alone, _("Add a second device, such as a passkey on another machine.")),
        ]  # fmt: skip


def of(person: Person) -> Protection:
    kinds = list(factors.strong_of(person).values_list("type", flat=True))
    return Protection(
        has_email=bool(person.email),
        has_password=queries.has_password(person),
        has_app=factors.TOTP in kinds,
        passkeys=kinds.count(factors.PASSKEY),
        codes=factors.codes_of(person).count(),
        asks_second_step=bool(kinds) and factors.second_step_since(person) is not None,
    )


def ways_of(person: Person) -> list[Way]:
    """All by which this person can prove that it is they, the best first."""
    found = of(person)
    has: dict[Way, bool] = {
        "passkey": found.passkeys > 0,
        "totp": found.has_app,
        "code": found.has_email,
        "password": found.has_password,
        "recovery": found.codes > 0,
    }
    return [way for way in REACHES if has[way]]


def second_ways(person: Person) -> list[Way]:
    return [way for way in ways_of(person) if way in SECOND]


def ways_to(person: Person, level: str) -> list[Way]:
    """Those of theirs that reach this level; "" asks for what they sign in with: the second step where there is one."""
    if level:
        return [way for way in ways_of(person) if is_met(REACHES[way], level)]
    return second_ways(person) if factors.asks_second_step(person) else ways_of(person)
