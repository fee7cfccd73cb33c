from importlib.metadata import version
from typing import Any

from django.core.management import CommandError

from gatehouse.config import env
from gatehouse.config.copies.making import make_copy
from gatehouse.config.migrating import bring_up_to_date
from gatehouse.core import clock
from gatehouse.core.commands import Answer, PortalCommand, applied

KEPT = 3


class Command(PortalCommand):
    help = "After the program was renewed: back up, migrate, collect static files. Safe to repeat."
    group = "Start and keep it running"
    needs_migrations = False

    def act(self, **options: Any) -> Answer:
        copy = _back_up() if applied() else None
        try:
            done = bring_up_to_date()
        except Exception as error:
            if copy is None:
                raise
            raise CommandError(
                f"The upgrade failed: {error} The portal as it was lies in {copy}: with the version from before, "
                f"`gatehouse restore {copy} --yes`."
            ) from error
        return {"state": "upgraded", "version": version("gatehouse"), "backup": copy, **done}

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"Gatehouse {answer['version']}: {answer['migrated']} migrations done.")
        if answer["backup"]:
            self.stdout.write(f"The portal as it was before lies in {answer['backup']}")


def _back_up() -> str:
    """A copy in the data folder; of those made before upgrades the newest three are kept."""
    folder = env.DATA / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"before-upgrade-{clock.now():%Y%m%d-%H%M%S}.tar.gz"
    make_copy(copy)
    for old in sorted(folder.glob("before-upgrade-*.tar.gz"))[:-KEPT]:
        old.unlink()
    return str(copy)
