from django.urls import path, re_path

from gatehouse.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("manage/", views.manage, name="manage"),
    path("manage/parts", views.parts, name="parts"),
    path("looks", views.looks, name="looks"),
    path("mark", views.mark, name="mark"),
    re_path(r"^door-([0-9a-fA-F]{6})\.css$", views.door, name="door"),
    path("offline", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="service_worker"),
]
