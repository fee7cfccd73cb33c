from django.contrib import admin

from gatehouse.core.reading import ReadOnly
from gatehouse.people.models import ExternalId, Group, Membership, Organisation, Person, Role, RoleGrant


@admin.register(Person)
class PersonAdmin(ReadOnly[Person]):
    list_display = ("name", "email", "source", "joined_on", "left_at")
    search_fields = ("given_name", "family_name", "preferred_name", "email")
    ordering = ("family_name", "given_name", "id")
    exclude = ("password",)


@admin.register(Membership)
class MembershipAdmin(ReadOnly[Membership]):
    list_display = ("number", "source", "level", "status", "expires_on", "person")
    list_filter = ("status",)
    list_select_related = ("person",)
    search_fields = ("number", "level", "person__email", "person__family_name")
    ordering = ("source", "number")


@admin.register(ExternalId)
class ExternalIdAdmin(ReadOnly[ExternalId]):
    list_display = ("source", "value", "person")
    list_select_related = ("person",)
    search_fields = ("source", "value")


@admin.register(Group)
class GroupAdmin(ReadOnly[Group]):
    list_display = ("name", "kind", "source")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(Role)
class RoleAdmin(ReadOnly[Role]):
    list_display = ("name", "slug", "is_built_in")
    search_fields = ("name", "slug")


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnly[RoleGrant]):
    list_display = ("person", "role", "source", "granted_at")
    list_select_related = ("person", "role")
    list_filter = ("role",)


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly[Organisation]):
    list_display = ("name", "unit", "contact_email")
