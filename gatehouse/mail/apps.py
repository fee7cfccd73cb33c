from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "gatehouse.mail"
    default_auto_field = "django.db.models.BigAutoField"
