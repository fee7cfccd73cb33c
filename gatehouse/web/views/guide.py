"""The guide at /docs/, for everybody."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gatehouse.web.guide import HOME, guide_in


@require_safe
def page(request: HttpRequest, slug: str = HOME) -> HttpResponse:
    guide = guide_in(settings.DOCS_DIR, address=reverse("web:guide"))
    shown = guide.page(slug)
    if shown is None:
        raise Http404(_("There is no such page in the guide."))
    before, after = guide.neighbours(slug)
    values = {"shown": shown, "slug": slug, "sections": guide.sections, "before": before, "after": after}
    return render(request, "guide.html", values | {"is_index": slug == HOME})
