from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "gatehouse.helpdesk"
    default_auto_field = "django.db.models.BigAutoField"
