"""Devices that wait, found by what somebody typed or was sent."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from gatehouse.core import clock
from gatehouse.identity.oidc.models import DeviceRequest


def keyed(user_code: str) -> str:
    """By which the row knows a short code: with the portal's own key, so that a copy of the database cannot try all."""
    key = f"gatehouse.oidc.devices:{settings.SECRET_KEY}".encode()
    return hmac.new(key, user_code.encode(), hashlib.sha256).hexdigest()


def waiting_device(user_code: str) -> DeviceRequest | None:
    """The one that still wants an answer, by its eight letters."""
    now = clock.now()
    waiting = DeviceRequest.objects.filter(answered_at=None, expires_at__gt=now, client__disabled_at=None)
    return waiting.select_related("client").filter(user_hash=keyed(user_code)).first() if user_code else None


def device_by_id(pk: UUID) -> DeviceRequest | None:
    """Answered or over ones too."""
    return DeviceRequest.objects.select_related("client", "grant").filter(pk=pk).first()
