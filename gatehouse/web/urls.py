from django.urls import path, re_path

from gatehouse.web.views import guide, home, host, jobs, looks, offline

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("manage/", home.manage, name="manage"),
    path("manage/parts", home.parts, name="parts"),
    path("manage/organisation", host.organisation, name="organisation"),
    path("manage/organisation/door", host.door_look, name="door_look"),
    path("manage/jobs", jobs.overview, name="jobs"),
    path("manage/jobs/<str:name>/run", jobs.run, name="run_job"),
    path("looks", looks.looks, name="looks"),
    path("mark", host.mark, name="mark"),
    path("favicon.ico", host.favicon, name="favicon"),
    re_path(r"^door-([0-9a-fA-F]{6})\.css$", host.door, name="door"),
    path("docs/", guide.page, name="guide"),
    path("docs/<path:slug>", guide.page, name="guide_page"),
    path("offline", offline.offline, name="offline"),
    path("sw.js", offline.service_worker, name="service_worker"),
]
