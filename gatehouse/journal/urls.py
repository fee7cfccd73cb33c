from django.urls import path

from gatehouse.journal import views

app_name = "journal"
urlpatterns = [
    path("manage/journal", views.journal, name="journal"),
    path("manage/journal/csv", views.export, name="export"),
]
