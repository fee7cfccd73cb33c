"""Nouns of the OpenID provider."""

from gatehouse.identity.oidc.models.clients import Client as Client, ClientSecret as ClientSecret
from gatehouse.identity.oidc.models.consents import Consent as Consent, Subject as Subject
from gatehouse.identity.oidc.models.grants import (
    Code as Code,
    Grant as Grant,
    RefreshToken as RefreshToken,
    RevokedToken as RevokedToken,
    SeenOnce as SeenOnce,
)
from gatehouse.identity.oidc.models.keys import SigningKey as SigningKey
from gatehouse.identity.oidc.models.logouts import LogoutNotice as LogoutNotice
from gatehouse.identity.oidc.models.pushing import PushedRequest as PushedRequest
from gatehouse.identity.oidc.models.tiles import AppTile as AppTile
