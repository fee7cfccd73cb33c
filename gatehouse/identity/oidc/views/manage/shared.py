"""What these views share: proof for acts that have no page of their own."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gatehouse.identity.views.requests import is_fresh, prove_address

Act = Callable[..., HttpResponse]


def fresh_at_service(act: Act) -> Act:
    """Asks for proof first, and leads back to the page of the service, where the act is pressed once more."""

    @functools.wraps(act)
    def guarded(request: HttpRequest, pk: UUID, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return act(request, pk, **kwargs)
        return HttpResponseRedirect(prove_address(next_path=reverse("oidc:service", args=[pk])))

    return guarded
