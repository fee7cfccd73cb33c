"""What would become of two records that are merged, shown before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.people.models import Person

FIELDS = ("email", "given_name", "family_name", "preferred_name", "language", "joined_on", "left_at", "source")


@dataclass(frozen=True)
class Pair:
    """One thing that both records say: what stays, and whether two different answers meet."""

    label: Any
    kept: Any
    gone: Any
    stays: Any

    @property
    def is_conflict(self) -> bool:
        return bool(self.kept and self.gone and self.kept != self.gone)


@dataclass(frozen=True)
class Merger:
    """Cells side by side, and what goes over to the record that stays."""

    kept: Person
    gone: Person
    pairs: list[Pair]
    moves: list[tuple[Any, list[str]]]

    @property
    def conflicts(self) -> int:
        return sum(pair.is_conflict for pair in self.pairs)


def merger(kept: Person, gone: Person) -> Merger:
    """The preview of `merge_people(kept=kept, gone=gone)`."""
    pairs = [_pair(_label(name), getattr(kept, name), getattr(gone, name), name) for name in FIELDS]
    details = {**gone.attributes, **kept.attributes}
    pairs += [_pair(name, kept.attributes.get(name), gone.attributes.get(name)) for name in details]
    moves = [
        (_("Memberships"), [str(one) for one in gone.memberships.all()]),
        (_("Numbers elsewhere"), [str(one) for one in gone.external_ids.all()]),
        (_("Groups"), _new(gone.groups.all(), kept.groups.all())),
        (_("Roles"), _new(gone.roles.all(), kept.roles.all())),
    ]
    return Merger(kept, gone, [pair for pair in pairs if pair.kept or pair.gone], [move for move in moves if move[1]])


def _pair(label: Any, kept: Any, gone: Any, name: str = "") -> Pair:
    """Whether somebody left is said by the record that stays; all else it lacks is filled in."""
    return Pair(label, kept, gone, kept if name == "left_at" else kept or gone)


def _label(name: str) -> Any:
    return Person._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # noqa: SLF001  Django's documented name


def _new(theirs: Iterable[Any], ours: Iterable[Any]) -> list[str]:
    known = set(ours)
    return [str(one) for one in theirs if one not in known]
