from django.contrib import admin

from gatehouse.core.reading import ReadOnly
from gatehouse.journal.models import Entry


@admin.register(Entry)
class EntryAdmin(ReadOnly[Entry]):
    list_display = ("at", "actor_name", "verb", "subject", "door", "address")
    list_filter = ("door",)
    search_fields = ("actor_name", "verb", "subject")
    date_hierarchy = "at"
