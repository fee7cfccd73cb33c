"""What may be shown one time only."""

from datetime import datetime

from django.db import IntegrityError, transaction

from gatehouse.identity.oidc import hashes
from gatehouse.identity.oidc.models import SeenOnce


def see_once(*, what: str, until: datetime) -> bool:
    """True for the first who shows it; it is remembered until then, when it is no good any more for other reasons."""
    try:
        with transaction.atomic():
            SeenOnce.objects.create(hash=hashes.digest(what), expires_at=until)
    except IntegrityError:
        return False
    return True
