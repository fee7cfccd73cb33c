"""What is taken away is written down."""

from collections.abc import Mapping

from gatehouse.journal import actions as journal
from gatehouse.passes.models import Pass
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line


def note_export(*, actor: Person, narrowed: Mapping[str, str]) -> None:
    """Somebody takes the list of passes, or codes of a batch, away as a file."""
    told = [(one_line(name)[:40], one_line(value)[:100]) for name, value in list(narrowed.items())[:8]]
    details = {name: value for name, value in told if value}
    journal.record(actor=actor, verb="passes.exported", subject="passes", details=details)


def note_download(*, card: Pass, actor: Person) -> None:
    """Somebody takes a card along as a file, to hand it on."""
    name = f"pass {card.serial}"
    journal.record(actor=actor, verb="pass.downloaded", subject=name, subject_id=name)
