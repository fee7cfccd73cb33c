"""Django's admin as an app, with our own door; not in apps.py, where Django would take it for the identity app's."""

from django.contrib.admin.apps import AdminConfig


class OwnersAdmin(AdminConfig):
    default_site = "gatehouse.identity.site.OwnersSite"
