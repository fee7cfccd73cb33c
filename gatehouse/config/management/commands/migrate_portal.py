from typing import Any

from gatehouse.config.migrating import bring_up_to_date
from gatehouse.core.commands import Answer, PortalCommand


class Command(PortalCommand):
    help = "Bring the database and the static files up to this version. Safe to repeat."
    group = "Start and keep it running"
    needs_migrations = False

    def act(self, **options: Any) -> Answer:
        return {"state": "migrated", **bring_up_to_date()}

    def tell(self, answer: Answer) -> None:
        done = f"{answer['migrated']} steps done" if answer["migrated"] else "nothing to do"
        self.stdout.write(f"The database is up to date ({done}).")
