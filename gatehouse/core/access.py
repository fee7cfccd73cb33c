"""Named permissions: each app declares its own, roles hold them, doors ask for them."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Permission:
    """`name` is `noun.verb`, the label ends the sentence "may …"; the built-in roles named here hold it."""

    name: str
    label: str | Promise
    roles: tuple[str, ...] = ("admin",)


EVERYTHING = "*"
permissions: dict[str, Permission] = {}

View = Callable[..., HttpResponseBase]


def declare(*declared: Permission) -> None:
    permissions.update({permission.name: permission for permission in declared})


def of_built_in(role: str) -> set[str]:
    """What a built-in role holds; an owner holds everything there is, and what will come."""
    return {EVERYTHING} if role == "owner" else {held.name for held in permissions.values() if role in held.roles}


def requires(name: str) -> Callable[[View], View]:
    """A view for those who hold this permission; strangers are asked to sign in, others read what they lack."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person: Any = request.user
            if not person.is_authenticated:
                wanted = urlencode({"next": request.get_full_path()})
                return HttpResponseRedirect(f"{settings.LOGIN_URL}?{wanted}")
            if not person.may(name):
                raise PermissionDenied(refusal(name))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def refusal(name: str) -> str:
    permission = permissions.get(name)
    wanted = permission.label if permission else name
    return _("You don't have the right to do this: %(what)s. An owner of this portal can give it to you.") % {
        "what": wanted,
    }
