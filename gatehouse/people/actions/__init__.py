"""Verbs of the people app, a file per noun."""

from gatehouse.people.actions.export import note_export as note_export
from gatehouse.people.actions.groups import (
    add_group as add_group,
    add_to_group as add_to_group,
    delete_group as delete_group,
    edit_group as edit_group,
    remove_from_group as remove_from_group,
)
from gatehouse.people.actions.leaving import tell_of_leavers as tell_of_leavers
from gatehouse.people.actions.memberships import (
    add_membership as add_membership,
    edit_membership as edit_membership,
    end_membership as end_membership,
    lapse_memberships as lapse_memberships,
)
from gatehouse.people.actions.merging import merge_people as merge_people
from gatehouse.people.actions.organisation import save_organisation as save_organisation
from gatehouse.people.actions.owners import an_owner_remains as an_owner_remains
from gatehouse.people.actions.people import (
    add_person as add_person,
    bring_back as bring_back,
    edit_person as edit_person,
    end_person as end_person,
    erase_person as erase_person,
    version as version,
)
from gatehouse.people.actions.roles import (
    add_role as add_role,
    archive_role as archive_role,
    edit_role as edit_role,
    grant_role as grant_role,
    restore_role as restore_role,
    revoke_role as revoke_role,
)
from gatehouse.people.actions.roster_files import (
    ImportRefused as ImportRefused,
    begin_import as begin_import,
    choose_columns as choose_columns,
    mappings as mappings,
    open_import as open_import,
    receive_import as receive_import,
)
from gatehouse.people.actions.rosters import (
    LEASE as LEASE,
    apply_import as apply_import,
    ask_to_apply as ask_to_apply,
    ask_to_undo as ask_to_undo,
    clear_away as clear_away,
    decide as decide,
    give_up as give_up,
    insist_undoable as insist_undoable,
    invite_joined as invite_joined,
    last_applied as last_applied,
    read_import as read_import,
    stop_import as stop_import,
    undo_import as undo_import,
)
