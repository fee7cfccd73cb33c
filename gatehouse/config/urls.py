"""Which app answers which address; each app's own urls.py has the rest."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("gatehouse.mail.urls")),
    path("admin/", admin.site.urls),
    path("", include("gatehouse.identity.urls")),
    path("", include("gatehouse.identity.oidc.urls")),
    path("", include("gatehouse.helpdesk.urls")),
    path("", include("gatehouse.passes.urls")),
    path("", include("gatehouse.web.urls")),
    path("", include("gatehouse.people.urls")),
    path("", include("gatehouse.journal.urls")),
]
handler400 = "gatehouse.web.views.errors.wrong"
handler403 = "gatehouse.web.views.errors.refused"
handler404 = "gatehouse.web.views.errors.not_found"
handler500 = "gatehouse.web.views.errors.broken"
