"""Why an act with passes was not done, in words for the person who asked for it."""

from typing import Any

from django.utils.translation import gettext as _

from gatehouse.passes.checking import Problem


class Refused(ValueError):
    """The reason is the text; nothing was changed. `field` names the input that must change, where one must."""

    field = ""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field or self.field


class DraftMoved(Refused):
    """Somebody saved the draft after it was read."""

    def __init__(self, design: Any) -> None:
        who = design.changed_by or "Gatehouse"
        super().__init__(
            _("%(who)s saved this design a moment ago. What you typed is still here; look at theirs before you save.")
            % {"who": who}
        )


class NotPublishable(Refused):
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.message.translated(_) for problem in problems))


class NotNow(RuntimeError):
    """Somebody else whom it takes for it does not answer; the text is what is known. Trying again may help."""
