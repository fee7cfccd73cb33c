"""Our designs and passes as Google Wallet is told them: the kernel's drawing, with our settings and the reader's words."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from gatehouse.core import sealing
from gatehouse.core.outbound import Outside
from gatehouse.passes import google
from gatehouse.passes.adapters.google import Google, Places
from gatehouse.passes.blueprint import Field
from gatehouse.passes.models import GoogleAccount, GoogleClass, GoogleObject
from gatehouse.passes.presenting import in_words
from gatehouse.passes.service_account import ServiceAccount


def speaker(account: GoogleAccount) -> ServiceAccount:
    """The service account with its key; raises `sealing.SealBroken` where the portal's own key is another one now."""
    return ServiceAccount(
        account.client_email, sealing.unseal(bytes(account.sealed_key), purpose=GoogleAccount.PURPOSE)
    )


def conversation(account: GoogleAccount, outside: Outside) -> Google:
    return Google(speaker(account), Places(settings.GOOGLE_REST, settings.GOOGLE_TOKEN), outside)


def class_of(row: GoogleClass) -> google.Said:
    assert row.design.published
    callback = _public(reverse("passes:google_callback"))
    return google.class_json(row.design.published.blueprint, row.class_id, callback=callback)


def object_of(row: GoogleObject, class_id: str, now: datetime) -> google.Said:
    return google.object_json(row.card.face, row.object_id, class_id, pen=PEN, now=now)


def save_link(token: str) -> str:
    return f"{settings.GOOGLE_SAVE}/{token}"


def _words(field: Field, value: str, language: str) -> str:
    with translation.override(language):
        return in_words(field, value)


def _picture(sha256: str) -> str:
    return _public(reverse("passes:image", args=[sha256]))


def _public(path: str) -> str:
    """Google fetches and calls by https alone; elsewhere it would refuse the whole card for a picture it can't have."""
    return f"{settings.BASE_URL}{path}" if settings.IS_HTTPS else ""


PEN = google.Pen(settings.LANGUAGE_CODE, _words, _picture)
