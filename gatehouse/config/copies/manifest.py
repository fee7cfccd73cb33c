"""What a safety copy says of itself: by whom it was made, of which database, and the digest of each of its files."""

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

NAME = "manifest.json"
FORMAT = 1
LARGEST = 20_000_000  # bytes
PLAIN = re.compile(r"[a-z_][a-z0-9_]{0,62}")  # a name that needs no quoting in SQL

Vendor = Literal["sqlite", "postgresql"]


class CopyUnusable(ValueError):
    """The file is no whole safety copy, or not one that this portal can take; nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """`members` maps each file to its SHA-256 in hex; `tables` names the columns of each table, in the order of its lines."""

    version: str
    made_at: str
    database: Vendor
    migrations: list[str]
    members: dict[str, str]
    tables: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises `CopyUnusable` for one that is missing, damaged, or of a format to come."""
        if not path.is_file():
            raise CopyUnusable("The file is no whole backup of Gatehouse: its list of contents is missing.")
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            made_as = content.pop("format")
            manifest = cls(**content) if made_as == FORMAT else None
            if manifest:
                manifest.check()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise CopyUnusable("The backup's list of contents is damaged.") from error
        if manifest is None:
            raise CopyUnusable("The backup was made by a newer Gatehouse, in a format this one can't read.")
        return manifest

    def check(self) -> None:
        """Names go into SQL statements: refuse what no portal would have written."""
        names = [*self.tables, *(column for columns in self.tables.values() for column in columns)]
        names += [part for name in self.sequences for part in name.split(".")]
        if self.database not in {"sqlite", "postgresql"} or not all(PLAIN.fullmatch(name) for name in names):
            raise ValueError
        if not all(isinstance(value, int) for value in self.sequences.values()):
            raise TypeError
        if not all(isinstance(name, str) for name in [*self.migrations, *self.members.values()]):
            raise TypeError
