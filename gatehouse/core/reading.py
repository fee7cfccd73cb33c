"""Records to read in Django's admin: what is changed is changed in the portal's pages, where the journal tells of it."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


class ReadOnly(admin.ModelAdmin[Row]):
    """Lists, searches and shows; adds, changes and deletes nothing. Name columns that are secret in `exclude`."""

    list_per_page = 50
    show_full_result_count = False  # a journal is long

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
