"""Kernel: what a service is told about a person: by scope, by name, and by a service's own names for things."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BY_SCOPE: Final[Mapping[str, tuple[str, ...]]] = {  # OpenID Connect Core 1.0, section 5.4; the last three are ours
    "profile": (
        "name",
        "given_name",
        "family_name",
        "nickname",
        "preferred_username",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "phone": ("phone_number",),
    "roles": ("roles",),
    "groups": ("groups",),
    "membership": ("membership",),
}
SCOPE_OF: Final = {name: scope for scope, names in BY_SCOPE.items() for name in names}
PROTOCOL: Final = """
    iss sub aud exp iat nbf jti typ nonce azp acr amr auth_time at_hash c_hash s_hash sid scope client_id cnf act may_act
    events active token_type username grant _claim_names _claim_sources
"""
RESERVED: Final = frozenset(PROTOCOL.split())  # no service's own claims stand where the protocol speaks


@dataclass(frozen=True)
class Member:
    """One membership; dates are ISO 8601, "" where none is set."""

    level: str
    status: str
    number: str
    valid_from: str = ""
    expires_on: str = ""


@dataclass(frozen=True)
class Facts:
    """All that may be told; what nobody asked for stays empty (`needed`)."""

    name: str = ""
    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    email: str = ""
    is_email_proved: bool = False
    language: str = ""
    changed_at: int = 0
    attributes: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    membership: Member | None = None


STANDARD: Final[Mapping[str, Callable[[Facts], Any]]] = {
    "name": lambda facts: facts.name,
    "given_name": lambda facts: facts.given_name,
    "family_name": lambda facts: facts.family_name,
    "nickname": lambda facts: facts.preferred_name,
    "preferred_username": lambda facts: _text(facts.attributes.get("username")),
    "locale": lambda facts: facts.language,
    "updated_at": lambda facts: facts.changed_at,
    "email": lambda facts: facts.email,
    "email_verified": lambda facts: facts.is_email_proved if facts.email else None,
    "phone_number": lambda facts: _text(facts.attributes.get("phone")),
    "roles": lambda facts: list(facts.roles),
    "groups": lambda facts: list(facts.groups),
    "membership": lambda facts: _filled(vars(facts.membership)) if facts.membership else None,
}
LISTS: Final = frozenset({"roles", "groups"})  # said even when empty: "none" is an answer
OF_MEMBERSHIP: Final = tuple(f"membership.{name}" for name in Member.__dataclass_fields__)
SOURCES: Final = (*STANDARD, *OF_MEMBERSHIP)  # besides `attribute.<name>`
ATTRIBUTE: Final = "attribute."


def needed(names: Iterable[str]) -> frozenset[str]:
    """Of claims or sources, those parts of `Facts` that cost a question each: roles, groups, membership."""
    return frozenset({name.partition(".")[0] for name in names} & {"roles", "groups", "membership"})


def allowed(scopes: Iterable[str], wanted: Iterable[str] = ()) -> frozenset[str]:
    """Standard claims that these scopes open, and those asked for by name that we know."""
    opened = {name for scope in scopes for name in BY_SCOPE.get(scope, ())}
    return frozenset(opened | {name for name in wanted if name in STANDARD})


def by_name(wanted: Mapping[str, Any], place: str, scopes: Iterable[str]) -> frozenset[str]:
    """Claims asked for one by one for this place ("userinfo" or "id_token"; Core, 5.5), if the service may have them."""
    asked = wanted.get(place)
    names = asked if isinstance(asked, Mapping) else ()
    may = set(scopes)
    return frozenset(name for name in names if SCOPE_OF.get(name) in may)


def told(facts: Facts, names: Iterable[str], own: Mapping[str, str]) -> dict[str, Any]:
    """The claims, in our own order; what is not known is left out rather than said empty (Core, 5.3.2).

    `own` maps a service's own name to a source, and may say a standard claim in its own way; it never touches what the
    protocol says itself (`RESERVED`).
    """
    wanted = set(names)
    standard = {name: say(facts) for name, say in STANDARD.items() if name in wanted}
    theirs = {name: value_of(facts, source) for name, source in own.items() if name not in RESERVED}
    return _filled(standard | theirs)


def value_of(facts: Facts, source: str) -> Any:
    """None for a source that is not known, or says nothing of this person."""
    if source.startswith(ATTRIBUTE):
        return facts.attributes.get(source.removeprefix(ATTRIBUTE))
    if source in OF_MEMBERSHIP:
        return getattr(facts.membership, source.partition(".")[2], None)
    return STANDARD[source](facts) if source in STANDARD else None


def _filled(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value not in (None, "") and (value != [] or name in LISTS)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
