"""Django's admin at /admin/: for owners, who come in by the same door as everybody."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.identity.views.sign_in import sign_out


class OwnersSite(admin.AdminSite):
    """Sign-in and sign-out are the portal's own."""

    site_header = gettext_lazy("The portal's records")
    site_title = gettext_lazy("Records")
    index_title = gettext_lazy("For owners: what lies in the database, to read")
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied(_("These pages are for owners of this portal."))
        wanted = urlencode({"next": request.GET.get("next") or request.get_full_path()})
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{wanted}")

    def logout(  # type: ignore[override]  # the stubs promise a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The admin's own button posts here; a GET does nothing but lead home."""
        return sign_out(request) if request.method == "POST" else HttpResponseRedirect("/")
