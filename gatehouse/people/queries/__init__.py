"""Questions about people."""

from gatehouse.people.queries.groups import groups as groups, groups_of as groups_of, places_in as places_in
from gatehouse.people.queries.ledger import ledger_of as ledger_of
from gatehouse.people.queries.memberships import (
    WantedMemberships as WantedMemberships,
    memberships as memberships,
    memberships_of as memberships_of,
    number_of_active_memberships as number_of_active_memberships,
    status_counts as status_counts,
)
from gatehouse.people.queries.merging import merger as merger
from gatehouse.people.queries.organisation import organisation as organisation
from gatehouse.people.queries.people import (
    Wanted as Wanted,
    found as found,
    leavers_untold as leavers_untold,
    left_lately as left_lately,
    levels as levels,
    listed as listed,
    number_here as number_here,
    people as people,
    sources as sources,
    state_counts as state_counts,
    with_all as with_all,
)
from gatehouse.people.queries.roles import (
    allows as allows,
    givable as givable,
    grants_of as grants_of,
    holders_of as holders_of,
    roles as roles,
)
from gatehouse.people.queries.roster_lines import lines_to_correct as lines_to_correct
from gatehouse.people.queries.roster_preview import shown as shown, shown_missing as shown_missing
from gatehouse.people.queries.rosters import (
    changes as changes,
    done_by as done_by,
    doubtful as doubtful,
    email_column as email_column,
    import_answer as import_answer,
    imports as imports,
    imports_that_wait as imports_that_wait,
    joined_people as joined_people,
    last_applied as last_applied,
    level_changes as level_changes,
    missing_memberships as missing_memberships,
    refusals as refusals,
    to_be_invited as to_be_invited,
    touched_by as touched_by,
    unanswered as unanswered,
    undoing as undoing,
)
