"""Verbs of the people app, a file per noun."""

from gatehouse.people.actions.rosters import (
    LEASE as LEASE,
    ImportRefused as ImportRefused,
    apply_import as apply_import,
    ask_to_apply as ask_to_apply,
    ask_to_undo as ask_to_undo,
    begin_import as begin_import,
    choose_columns as choose_columns,
    clear_away as clear_away,
    decide as decide,
    give_up as give_up,
    invite_joined as invite_joined,
    last_applied as last_applied,
    mappings as mappings,
    read_import as read_import,
    stop_import as stop_import,
    undo_import as undo_import,
)
