"""Questions the OpenID provider asks."""

from gatehouse.identity.oidc.queries import keys as keys
from gatehouse.identity.oidc.queries.clients import (
    Secret as Secret,
    client_and_secrets as client_and_secrets,
    client_by_id as client_by_id,
)
