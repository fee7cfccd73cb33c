"""Addresses of the passes app: /wallet for phones, /card for their holders, /manage/passes for staff."""

from django.urls import URLPattern, URLResolver, path, re_path

from gatehouse.passes.views import looks, scanning

app_name = "passes"
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^card/colours/(?P<palette>[0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})\.css$", looks.colours, name="colours"),
    re_path(r"^card/images/(?P<sha256>[0-9a-f]{64})\.png$", looks.image, name="image"),
    path("manage/passes/scan", scanning.scan, name="scan"),
    path("manage/passes/scan/picture", scanning.scan_picture, name="scan_picture"),
]
