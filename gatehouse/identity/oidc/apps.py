"""The OpenID provider: what lets other services ask who somebody is."""

from django.apps import AppConfig


class OidcConfig(AppConfig):
    name = "gatehouse.identity.oidc"
    label = "oidc"
