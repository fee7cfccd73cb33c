"""Addresses of the people app, all for staff."""

from django.urls import path, register_converter

from gatehouse.people.views import (
    export,
    groups,
    memberships,
    merging,
    people,
    roles,
    roster_page,
    roster_steps,
    roster_work,
    rosters,
)


class FormOfExport:
    regex = "json|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormOfExport, "form_of_export")

app_name = "people"
urlpatterns = [
    path("manage/people", people.people, name="people"),
    path("manage/people.<form_of_export:form>", export.export_people, name="export_people"),
    path("manage/people/add", people.add_person, name="add_person"),
    path("manage/people/<uuid:pk>", people.person, name="person"),
    path("manage/people/<uuid:pk>/edit", people.edit_person, name="edit_person"),
    path("manage/people/<uuid:pk>/end", people.end_person, name="end_person"),
    path("manage/people/<uuid:pk>/bring-back", people.bring_back, name="bring_back"),
    path("manage/people/<uuid:pk>/erase", people.erase_person, name="erase_person"),
    path("manage/people/<uuid:pk>.json", export.export_person, name="export_person"),
    path("manage/people/<uuid:pk>/merge", merging.find_twin, name="find_twin"),
    path("manage/people/<uuid:pk>/merge/<uuid:other>", merging.merge, name="merge"),
    path("manage/people/<uuid:pk>/memberships/add", memberships.add_membership, name="add_membership"),
    path("manage/people/<uuid:pk>/roles/grant", roles.grant_role, name="grant_role"),
    path("manage/people/<uuid:pk>/roles/<slug:slug>/revoke", roles.revoke_role, name="revoke_role"),
    path("manage/memberships", memberships.memberships, name="memberships"),
    path("manage/memberships/<uuid:pk>", memberships.edit_membership, name="membership"),
    path("manage/memberships/<uuid:pk>/end", memberships.end_membership, name="end_membership"),
    path("manage/memberships/<uuid:pk>/restore", memberships.restore_membership, name="restore_membership"),
    path("manage/roles", roles.roles, name="roles"),
    path("manage/roles/add", roles.add_role, name="add_role"),
    path("manage/roles/<slug:slug>", roles.role, name="role"),
    path("manage/roles/<slug:slug>/edit", roles.edit_role, name="edit_role"),
    path("manage/roles/<slug:slug>/archive", roles.archive_role, name="archive_role"),
    path("manage/roles/<slug:slug>/restore", roles.restore_role, name="restore_role"),
    path("manage/groups", groups.groups, name="groups"),
    path("manage/groups/add", groups.add_group, name="add_group"),
    path("manage/groups/<int:pk>", groups.group, name="group"),
    path("manage/groups/<int:pk>/edit", groups.edit_group, name="edit_group"),
    path("manage/groups/<int:pk>/delete", groups.delete_group, name="delete_group"),
    path("manage/groups/<int:pk>/add", groups.add_to_group, name="add_to_group"),
    path("manage/groups/<int:pk>/remove/<uuid:person>", groups.remove_from_group, name="remove_from_group"),
    path("manage/groups/<int:pk>/return/<uuid:person>", groups.return_to_group, name="return_to_group"),
    path("manage/roster", rosters.rosters, name="rosters"),
    path("manage/roster/templates/<slug:slug>.csv", rosters.roster_template, name="roster_template"),
    path("manage/roster/<int:pk>", roster_page.roster, name="roster"),
    path("manage/roster/<int:pk>/work", roster_work.roster_work, name="roster_work"),
    path("manage/roster/<int:pk>/columns", roster_steps.roster_columns, name="roster_columns"),
    path("manage/roster/<int:pk>/decide", roster_steps.decide_roster, name="decide_roster"),
    path("manage/roster/<int:pk>/apply", roster_steps.apply_roster, name="apply_roster"),
    path("manage/roster/<int:pk>/stop", roster_steps.stop_roster, name="stop_roster"),
    path("manage/roster/<int:pk>/undo", roster_steps.undo_roster, name="undo_roster"),
    path("manage/roster/<int:pk>/invite", roster_steps.invite_roster, name="invite_roster"),
    path("manage/roster/<int:pk>/lines.csv", roster_steps.roster_lines, name="roster_lines"),
]
