"""Before the last passkey or app goes: a page that says what ends with it, for it can only be set up anew."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gatehouse.identity import factors
from gatehouse.identity.views.requests import person_of


def last_thing(request: HttpRequest, question: str) -> HttpResponse | None:
    """The page that asks, where there is something to ask; its button sends the same again with `sure`."""
    person = person_of(request)
    if request.POST.get("sure") or not factors.is_last(person):
        return None
    context = {
        "question": question,
        "asks_second_step": factors.asks_second_step(person),
        "codes": factors.codes_of(person).count(),
    }
    return render(request, "identity/last_thing.html", context)
