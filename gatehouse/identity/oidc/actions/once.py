"""What may be shown one time only."""

from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from gatehouse.identity.oidc import hashes
from gatehouse.identity.oidc.dpop import Proof
from gatehouse.identity.oidc.models import SeenOnce
from gatehouse.identity.oidc.refusals import ProofRefused


def see_once(*, what: str, until: datetime) -> bool:
    """True for the first who shows it; it is remembered until then, when it is no good any more for other reasons."""
    try:
        with transaction.atomic():
            SeenOnce.objects.create(hash=hashes.digest(what), expires_at=until)
    except IntegrityError:
        return False
    return True


def spend_proof(proof: Proof) -> None:
    """It was shown now, and is no good a second time (RFC 9449, section 11.1); raises `ProofRefused` when it was before."""
    until = datetime.fromtimestamp(proof.until, UTC)
    if not see_once(what=f"dpop:{proof.thumbprint}:{proof.jti}", until=until):
        raise ProofRefused("jti was used before")
