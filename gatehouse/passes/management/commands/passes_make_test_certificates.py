"""`gatehouse passes make-test-certificates`: a chain of our own, so that cards can be made and verified."""

from typing import Any

from django.core.management.base import CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.passes import actions, queries


class Command(PortalCommand):
    group = "Passes"
    help = "Make certificates of our own for testing cards. Those there are and good are kept; not for production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pass-type", metavar="ID", help="instead of every pass type that designs name")
        parser.add_argument("--team", metavar="ID", default=actions.TEST_TEAM, help=f"else {actions.TEST_TEAM}")
        parser.add_argument("--anew", action="store_true", help="make new ones in the place of those there are")

    def act(self, **options: Any) -> Answer:
        wanted = [options["pass_type"]] if options["pass_type"] else queries.pass_types() or [actions.TEST_PASS_TYPE]
        before = set(queries.current_certificates().values_list("fingerprint", flat=True))
        made = [self._make(pass_type_id, options) for pass_type_id in wanted]
        new = [one for one in made if one.fingerprint not in before]
        return {
            "made": len(new),
            "kept": len(made) - len(new),
            "pass_types": wanted,
            "folder": str(actions.wallet_folder()),
        }

    def _make(self, pass_type_id: str, options: dict[str, Any]) -> Any:
        return actions.make_test_certificates(
            actor=None, pass_type_id=pass_type_id, team_id=options["team"], anew=options["anew"]
        )

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"{answer['made']} made, {answer['kept']} kept: {', '.join(answer['pass_types'])}.")
        self.stdout.write(f"The chain, to verify cards with, is in {answer['folder']}. Such cards are for testing.")
