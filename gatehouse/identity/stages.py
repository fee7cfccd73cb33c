"""The second step, as a stage of allauth's way in: what was proved so far waits in the session, signed in is nobody yet."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gatehouse.identity import cookies, factors
from gatehouse.people.models import Person

ENOUGH_ALONE = "passkey"  # possession, and finger, face or PIN, at once


class SecondStepStage(LoginStage):  # type: ignore[misc]  # allauth has no types
    """Whoever switched it on is asked after every other method, in every browser they do not trust."""

    key = "second_step"
    urlname = "identity:second_step"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        return (HttpResponseRedirect(reverse(self.urlname)), True) if self._is_due() else (None, True)

    def _is_due(self) -> bool:
        """Not of those who are signed in already and prove themselves once more."""
        request, person = self.request, self.login.user
        if request.user == person or not factors.asks_second_step(person):
            return False
        methods = {record["method"] for record in get_authentication_records(request, person)}
        return ENOUGH_ALONE not in methods and not _is_trusted(request, person)


def _is_trusted(request: Any, person: Person) -> bool:
    return factors.is_trusted(person, cookies.browser_of(request).name)
