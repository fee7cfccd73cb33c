"""The way out to phones, put together from the portal's settings and a certificate."""

from django.conf import settings

from gatehouse.core import sealing
from gatehouse.passes.adapters.apns import ApnsServer, Way
from gatehouse.passes.adapters.file import FilePushes
from gatehouse.passes.models import Certificate
from gatehouse.passes.pushes import Pushes, TopicRefused

APPLE = "https://api.push.apple.com:443"
FILE = "file:"


def open_pushes(certificate: Certificate) -> Pushes:
    """Apple's service, or where the settings say; with a test certificate, which Apple would refuse, a file.

    Raises `TopicRefused` where the certificate's key can't be opened.
    """
    address = settings.APNS or (FILE if certificate.is_test else APPLE)
    if address == FILE:
        return FilePushes(settings.DATA_DIR / "push", topic=certificate.pass_type_id)
    try:
        key = sealing.unseal(bytes(certificate.sealed_key), purpose=Certificate.PURPOSE)
    except sealing.SealBroken as error:
        raise TopicRefused(
            "The certificate was sealed with another key than this portal's; upload it again."
        ) from error
    return ApnsServer(
        Way(
            address,
            topic=certificate.pass_type_id,
            chain=certificate.chain.encode(),
            key=key,
            ca=settings.APNS_CA,
            push_type=settings.APNS_PUSH_TYPE,
            priority=settings.APNS_PRIORITY,
        )
    )
