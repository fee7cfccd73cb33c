"""Addresses of what the desk says of itself."""

from django.urls import URLPattern, URLResolver, path

from gatehouse.helpdesk.views import telling

urlpatterns: list[URLPattern | URLResolver] = [
    path("help/now", telling.desk_part, name="desk_part"),
    path("manage/help/queue/tell", telling.tell, name="tell"),
]
