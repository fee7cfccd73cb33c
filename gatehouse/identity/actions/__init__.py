"""Verbs of sign-in: codes, links, passwords, factors, sessions, owners, one's own details."""

from gatehouse.identity.actions.asking import (
    Asked as Asked,
    ask_code as ask_code,
    ask_new_address as ask_new_address,
    issue_link as issue_link,
)
from gatehouse.identity.actions.details import (
    edit_details as edit_details,
    move_address as move_address,
)
from gatehouse.identity.actions.entering import (
    note_address as note_address,
    note_password_failed as note_password_failed,
    note_proof as note_proof,
    note_sign_in as note_sign_in,
    note_sign_out as note_sign_out,
    try_code as try_code,
    use_link as use_link,
)
from gatehouse.identity.actions.factors import (
    add_passkey as add_passkey,
    add_totp as add_totp,
    ask_one_step as ask_one_step,
    ask_second_step as ask_second_step,
    give_factors_to_kept as give_factors_to_kept,
    make_recovery_codes as make_recovery_codes,
    remove_passkey as remove_passkey,
    remove_totp as remove_totp,
    rename_passkey as rename_passkey,
    reset_factors as reset_factors,
)
from gatehouse.identity.actions.fobs import (
    add_fob as add_fob,
    give_fobs_to_kept as give_fobs_to_kept,
    remove_fob as remove_fob,
    show_fob as show_fob,
)
from gatehouse.identity.actions.forgetting import forget_browsers as forget_browsers, forget_ways_in as forget_ways_in
from gatehouse.identity.actions.inviting import write_invitation as write_invitation
from gatehouse.identity.actions.noticing import deny_sign_in as deny_sign_in, notice_sign_in as notice_sign_in
from gatehouse.identity.actions.owners import (
    first_run_word as first_run_word,
    found_portal as found_portal,
    make_owner as make_owner,
)
from gatehouse.identity.actions.passwords import remove_password as remove_password, set_password as set_password
from gatehouse.identity.actions.proving import (
    sign_in_by_passkey as sign_in_by_passkey,
    try_passkey as try_passkey,
    try_password as try_password,
    try_recovery as try_recovery,
    try_totp as try_totp,
)
from gatehouse.identity.actions.sessions import (
    end_all_sessions as end_all_sessions,
    end_session as end_session,
    end_sessions_of_leavers as end_sessions_of_leavers,
    end_sessions_of_merged as end_sessions_of_merged,
    forget_sessions as forget_sessions,
)
from gatehouse.identity.actions.trusting import trust_browser as trust_browser, trust_no_more as trust_no_more
from gatehouse.identity.actions.upstream import (
    begin_upstream as begin_upstream,
    connect_invited as connect_invited,
    connect_upstream as connect_upstream,
    disconnect_upstream as disconnect_upstream,
    end_upstream as end_upstream,
    invite_upstream as invite_upstream,
    is_anew as is_anew,
    person_known_as as person_known_as,
)
