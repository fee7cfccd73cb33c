"""Questions the OpenID provider asks."""

from gatehouse.identity.oidc.queries import keys as keys, over as over
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
from gatehouse.identity.oidc.queries.devices import (
    device_by_id as device_by_id,
    waiting_device as waiting_device,
)
from gatehouse.identity.oidc.queries.facts import facts_of as facts_of
from gatehouse.identity.oidc.queries.home import (
    services_for as services_for,
    tiles_for as tiles_for,
)
from gatehouse.identity.oidc.queries.limits import (
    InForce as InForce,
    limits_in_force as limits_in_force,
    limits_of as limits_of,
)
from gatehouse.identity.oidc.queries.members import (
    as_said as as_said,
    external_ids_of as external_ids_of,
    member as member,
)
from gatehouse.identity.oidc.queries.registrations import (
    registration_by_token as registration_by_token,
    registration_of as registration_of,
    ticket_by_token as ticket_by_token,
    tickets as tickets,
)
from gatehouse.identity.oidc.queries.ring import KeyLine as KeyLine, key_lines as key_lines
from gatehouse.identity.oidc.queries.services import (
    Use as Use,
    latest_sign_ins as latest_sign_ins,
    number_of_services as number_of_services,
    old_since as old_since,
    roles_map as roles_map,
    secrets_of as secrets_of,
    services as services,
    services_of_sessions as services_of_sessions,
    use_of as use_of,
)
from gatehouse.identity.oidc.queries.sign_ins import (
    open_sessions as open_sessions,
    sign_in_entries as sign_in_entries,
)
from gatehouse.identity.oidc.queries.standing import (
    Told as Told,
    code_by_hash as code_by_hash,
    device_by_hash as device_by_hash,
    refresh_token_by_id as refresh_token_by_id,
)
from gatehouse.identity.oidc.queries.telling import (
    Disclosure as Disclosure,
    added as added,
    disclosed as disclosed,
    titles as titles,
)
