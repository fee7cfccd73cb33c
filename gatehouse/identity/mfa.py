"""allauth's factors in our house: what it would keep in clear is sealed, and its own mails are not sent."""

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter

from gatehouse.core import sealing

PURPOSE = "identity.factors"


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def encrypt(self, text: str) -> str:
        """AES-256-GCM under the portal's key; allauth's own hook gives the text back as it came."""
        return base64.b64encode(sealing.seal(text.encode(), purpose=PURPOSE)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `SealBroken` when another key sealed it, or nobody did."""
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
        except ValueError as error:
            raise sealing.SealBroken(PURPOSE) from error
        return sealing.unseal(sealed, purpose=PURPOSE).decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Our actions post the letters."""
