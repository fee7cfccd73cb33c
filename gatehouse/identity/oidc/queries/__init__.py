"""Questions the OpenID provider asks."""

from gatehouse.identity.oidc.queries import keys as keys
from gatehouse.identity.oidc.queries.clients import (
    Secret as Secret,
    client_and_secrets as client_and_secrets,
    client_by_id as client_by_id,
    page_origins as page_origins,
)
from gatehouse.identity.oidc.queries.facts import facts_of as facts_of
from gatehouse.identity.oidc.queries.standing import (
    Told as Told,
    code_by_hash as code_by_hash,
    refresh_token_by_id as refresh_token_by_id,
)
