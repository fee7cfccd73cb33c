"""`gatehouse passes push`: renew what is stale and tell phones of it, now and in the foreground."""

from typing import Any

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.passes import actions, queries
from gatehouse.passes.models import Renewal

A_FEW_MORE = 1000  # that are registered meanwhile


class Command(PortalCommand):
    help = "Renew passes whose facts changed, and tell phones of all that is new."
    group = "Passes"

    def act(self, **options: Any) -> Answer:
        """What is put off, or can't go out, waits; why is said on stderr. `failed` were refused for good."""
        renewed = _renew()
        tally = actions.push_due(at_most=queries.due_to_be_pushed().count() + A_FEW_MORE)
        waiting = queries.waiting_to_be_pushed().count()
        for trouble in queries.push_troubles():
            self.stderr.write(f"{trouble.pass_type_id}: {trouble.said}")
        return {"renewed": renewed, "pushed": tally.accepted, "waiting": waiting, "failed": tally.failed}

    def tell(self, answer: Answer) -> None:
        for name, number in answer.items():
            self.stdout.write(f"{number:>9,}  {name}")


def _renew() -> int:
    """How many passes have a new version."""
    last = Renewal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while actions.renew_stale():
        pass
    return Renewal.objects.filter(pk__gt=last).count()
