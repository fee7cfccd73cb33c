from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class GatehouseConfig(AppConfig):
    """Comes last in INSTALLED_APPS: when every app is ready, they are connected."""

    name = "gatehouse.config"
    label = "portal"

    def ready(self) -> None:
        from gatehouse import flows  # noqa: PLC0415  models are not loaded yet when this module is
        from gatehouse.config import checks as checks  # noqa: PLC0415  registers what `check --deploy` asks

        autodiscover_modules("portal")  # each app says there what it adds: permissions, menu entries, home parts
        flows.connect()
