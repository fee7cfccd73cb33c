"""Questions the OpenID provider asks."""

from gatehouse.identity.oidc.queries import keys as keys
from gatehouse.identity.oidc.queries.clients import (
    Secret as Secret,
    client_and_secrets as client_and_secrets,
    client_by_id as client_by_id,
    page_origins as page_origins,
)
from gatehouse.identity.oidc.queries.consents import (
    ConnectedApp as ConnectedApp,
    allows as allows,
    connected_apps as connected_apps,
    services_of_session as services_of_session,
)
from gatehouse.identity.oidc.queries.facts import facts_of as facts_of
from gatehouse.identity.oidc.queries.home import services_for as services_for
from gatehouse.identity.oidc.queries.standing import (
    Told as Told,
    code_by_hash as code_by_hash,
    refresh_token_by_id as refresh_token_by_id,
)
from gatehouse.identity.oidc.queries.telling import (
    Disclosure as Disclosure,
    added as added,
    disclosed as disclosed,
    titles as titles,
)
