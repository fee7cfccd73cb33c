"""Questions about people."""

from gatehouse.people.queries.groups import groups as groups, groups_of as groups_of, places_in as places_in
from gatehouse.people.queries.ledger import ledger_of as ledger_of
from gatehouse.people.queries.memberships import (
    WantedMemberships as WantedMemberships,
    memberships as memberships,
    memberships_of as memberships_of,
    status_counts as status_counts,
)
from gatehouse.people.queries.merging import merger as merger
from gatehouse.people.queries.organisation import organisation as organisation
from gatehouse.people.queries.people import (
    Wanted as Wanted,
    found as found,
    levels as levels,
    listed as listed,
    people as people,
    sources as sources,
    state_counts as state_counts,
    with_all as with_all,
)
from gatehouse.people.queries.roles import (
    allows as allows,
    givable as givable,
    grants_of as grants_of,
    roles as roles,
)
from gatehouse.people.queries.rosters import (
    changes as changes,
    done_by as done_by,
    email_column as email_column,
    import_answer as import_answer,
    refusals as refusals,
)
