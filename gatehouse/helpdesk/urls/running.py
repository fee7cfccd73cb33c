"""Addresses of those who run the desk: its lists, their files, tutors and limits."""

from typing import ClassVar

from django.urls import URLPattern, URLResolver, path, register_converter

from gatehouse.helpdesk.catalogue.kinds import Kind
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.views import entries, imports, tutors


class AnyKind:
    """A kind of thing that the desk keeps, by its short name."""

    slugs: ClassVar[list[str]] = list(KINDS)
    regex = "|".join(slugs)

    def to_python(self, value: str) -> Kind:
        return KINDS[value]

    def to_url(self, value: Kind | str) -> str:
        return str(value)


class ListedKind(AnyKind):
    """Staff have pages of their own."""

    regex = "|".join(slug for slug in KINDS if slug != "staff")


register_converter(AnyKind, "desk_kind")
register_converter(ListedKind, "desk_list")

urlpatterns: list[URLPattern | URLResolver] = [
    path("manage/help", entries.manage, name="manage"),
    path("manage/help/limits", tutors.limits, name="limits"),
    path("manage/help/import", imports.imports, name="imports"),
    path("manage/help/import/<int:pk>", imports.one_import, name="import"),
    path("manage/help/import/<int:pk>/apply", imports.apply_import, name="apply_import"),
    path("manage/help/import/<int:pk>/undo", imports.undo_import, name="undo_import"),
    path("manage/help/staff", tutors.staff, name="staff"),
    path("manage/help/staff/<uuid:pk>", tutors.tutor, name="tutor"),
    path("manage/help/staff/<uuid:pk>/add", tutors.add_course, name="add_course"),
    path("manage/help/staff/<uuid:pk>/end/<int:course>", tutors.end_course, name="end_course"),
    path("manage/help/staff/<uuid:pk>/stop", tutors.stop_helping, name="stop_helping"),
    path("manage/help/courses/<int:pk>/tutors", tutors.course_tutors, name="course_tutors"),
    path("manage/help/courses/<int:pk>/tutors/<uuid:person>/set", tutors.set_course_tutor, name="set_course_tutor"),
    path("manage/help/courses/<int:pk>/tutors/<uuid:person>/end", tutors.end_course_tutor, name="end_course_tutor"),
    path("manage/help/<desk_kind:kind>.csv", entries.export_entries, name="export_entries"),
    path("manage/help/templates/<desk_kind:kind>.csv", entries.template, name="template"),
    path("manage/help/<desk_kind:kind>/return/<str:token>", entries.return_entry, name="return_entry"),
    path("manage/help/<desk_list:kind>", entries.entries, name="entries"),
    path("manage/help/<desk_list:kind>/add", entries.add_entry, name="add_entry"),
    path("manage/help/<desk_list:kind>/<int:pk>", entries.entry, name="entry"),
    path("manage/help/<desk_list:kind>/<int:pk>/archive", entries.archive_entry, name="archive_entry"),
    path("manage/help/<desk_list:kind>/<int:pk>/restore", entries.restore_entry, name="restore_entry"),
    path("manage/help/<desk_list:kind>/<int:pk>/remove", entries.remove_entry, name="remove_entry"),
]
