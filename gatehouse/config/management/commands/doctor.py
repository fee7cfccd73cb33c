from argparse import ArgumentParser
from dataclasses import asdict
from itertools import chain
from typing import Any

from gatehouse.config.doctor import inside, letter, place
from gatehouse.config.doctor.findings import Finding, problem
from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.mail.models import Letter

MARKS = {"fine": "✓", "hint": "·", "warning": "!", "problem": "✗"}


class Command(PortalCommand):
    help = (
        "Say what is configured and what is missing. --mail ADDRESS sends a test letter. Exit 1 when it cannot serve."
    )
    group = "Start and keep it running"
    needs_migrations = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mail", metavar="ADDRESS", help="send a test letter there, now, and say what became of it"
        )

    def act(self, *, mail: str | None, **options: Any) -> Answer:
        found = list(chain(place.look(), inside.look()))
        answer: Answer = {"findings": [asdict(one) for one in found]}
        if mail and not _problems(found):
            told = answer["letter"] = letter.send(mail)
            if told["state"] != Letter.State.SENT:
                found.append(problem("letter", f"The test letter was not sent by {told['by']}: {told['answer']}"))
        answer["state"] = "broken" if _problems(found) else "well"
        if wrong := _problems(found):
            answer["error"] = " ".join(one.says for one in wrong)
        return answer

    def tell(self, answer: Answer) -> None:
        for one in answer["findings"]:
            self.stdout.write(f"{MARKS[one['level']]} {one['about']}: {one['says']}")
        if told := answer.get("letter"):
            mark = MARKS["fine" if told["state"] == Letter.State.SENT else "problem"]
            self.stdout.write(f"{mark} letter: to {told['to']} by {told['by']}: {told['state']}, {told['answer']}")
        self.stdout.write("" if "error" in answer else "This portal can serve.")


def _problems(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.level == "problem"]
