"""Verbs of the OpenID provider."""

from gatehouse.identity.oidc.actions.grants import (
    begin_grant as begin_grant,
    end_grants as end_grants,
    open_grant as open_grant,
)
from gatehouse.identity.oidc.actions.keys import rotate_keys as rotate_keys, withdraw_key as withdraw_key
from gatehouse.identity.oidc.actions.subjects import subject_of as subject_of
