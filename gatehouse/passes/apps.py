from django.apps import AppConfig


class PassesConfig(AppConfig):
    name = "gatehouse.passes"
    default_auto_field = "django.db.models.BigAutoField"
