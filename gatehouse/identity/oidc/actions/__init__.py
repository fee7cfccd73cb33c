"""Verbs of the OpenID provider."""

from gatehouse.identity.oidc.actions.clients import (
    OVERLAP as OVERLAP,
    Added as Added,
    add_client as add_client,
    disable_client as disable_client,
    edit_client as edit_client,
    enable_client as enable_client,
    end_secret as end_secret,
    rotate_secret as rotate_secret,
    shared_secrets as shared_secrets,
)
from gatehouse.identity.oidc.actions.consents import (
    give_consent as give_consent,
    withdraw_consent as withdraw_consent,
)
from gatehouse.identity.oidc.actions.devices import (
    Begun as Begun,
    allow_device as allow_device,
    begin_device as begin_device,
    forget_devices as forget_devices,
    note_poll as note_poll,
    refuse_device as refuse_device,
)
from gatehouse.identity.oidc.actions.forgetting import (
    forget_codes as forget_codes,
    forget_grants as forget_grants,
    forget_marks as forget_marks,
    forget_notices as forget_notices,
)
from gatehouse.identity.oidc.actions.forums import enter_forum as enter_forum
from gatehouse.identity.oidc.actions.grants import (
    begin_grant as begin_grant,
    end_grants as end_grants,
    open_grant as open_grant,
)
from gatehouse.identity.oidc.actions.issuing import (
    Issued as Issued,
    audience_for as audience_for,
    issue as issue,
    issue_to_service as issue_to_service,
    redeem_code as redeem_code,
    redeem_device as redeem_device,
    refresh as refresh,
)
from gatehouse.identity.oidc.actions.keys import rotate_keys as rotate_keys, withdraw_key as withdraw_key
from gatehouse.identity.oidc.actions.limits import lift_limits as lift_limits
from gatehouse.identity.oidc.actions.logouts import (
    end_where_not_welcome as end_where_not_welcome,
    end_with_denied as end_with_denied,
    end_with_erased as end_with_erased,
    end_with_imported as end_with_imported,
    end_with_lapsed as end_with_lapsed,
    end_with_leavers as end_with_leavers,
    end_with_merged as end_with_merged,
    end_with_role as end_with_role,
    end_with_sessions as end_with_sessions,
    sign_out as sign_out,
)
from gatehouse.identity.oidc.actions.members import write_member as write_member
from gatehouse.identity.oidc.actions.once import see_once as see_once, spend_proof as spend_proof
from gatehouse.identity.oidc.actions.pushing import (
    open_pushed as open_pushed,
    push_request as push_request,
    use_pushed as use_pushed,
)
from gatehouse.identity.oidc.actions.registering import (
    Registered as Registered,
    change_registered as change_registered,
    make_ticket as make_ticket,
    register_client as register_client,
    revoke_ticket as revoke_ticket,
    unregister as unregister,
)
from gatehouse.identity.oidc.actions.revoking import revoke_access as revoke_access, revoke_grant as revoke_grant
from gatehouse.identity.oidc.actions.subjects import give_names_to_kept as give_names_to_kept, subject_of as subject_of
from gatehouse.identity.oidc.actions.telling import logout_token as logout_token, put_off as put_off, tell as tell
from gatehouse.identity.oidc.actions.tiles import (
    add_tile as add_tile,
    edit_tile as edit_tile,
    move_tile as move_tile,
    remove_tile as remove_tile,
)
