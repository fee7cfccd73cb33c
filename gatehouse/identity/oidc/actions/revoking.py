"""A service gives a token back (RFC 7009)."""

from datetime import UTC, datetime

from django.db.models import Q

from gatehouse.identity.oidc.actions.grants import end_grants
from gatehouse.identity.oidc.models import Grant, RevokedToken


def revoke_access(*, jti: str, expires_at: int) -> None:
    """This one token is no good any more; its grant stands. Doing it twice changes nothing."""
    row = RevokedToken(jti=jti, expires_at=datetime.fromtimestamp(expires_at, UTC))
    RevokedToken.objects.bulk_create([row], ignore_conflicts=True)


def revoke_grant(*, grant: Grant) -> None:
    """A refresh token was given back: with it go all tokens of its family (RFC 7009, section 2.1)."""
    end_grants(where=Q(pk=grant.pk), why=Grant.Ended.REVOKED)
