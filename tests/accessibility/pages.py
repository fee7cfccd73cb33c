"""The portal's addresses, and one more: long work, as a page shows it. For tests only."""

from itertools import count

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from gatehouse.config.urls import *  # noqa: F403

WORK = """
{% extends "long_work.html" %}
{% block title %}Work{% endblock %}
{% block heading %}Work{% endblock %}
{% block work %}{% if is_going_on %}<p data-going-on>Step {{ step }}</p>{% else %}<p>All done</p>{% endif %}{% endblock %}
"""
PART = "{% if is_going_on %}<p data-going-on>Step {{ step }}</p>{% endif %}"
steps = count(1)


def work(request: HttpRequest) -> HttpResponse:
    """Ends when the part was asked for three times."""
    is_part = "X-Part" in request.headers
    step = next(steps) if is_part else 0
    work.is_over = work.is_over or step >= 3
    values = {"is_going_on": not work.is_over, "step": step, "part": "/try/work"}
    template = engines["django"].from_string(PART if is_part else WORK)
    return HttpResponse(template.render(values, request))


work.is_over = False


urlpatterns = [*urlpatterns, path("try/work", work)]  # noqa: F405
