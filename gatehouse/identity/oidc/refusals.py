"""Why nothing is issued. The protocol's doors put these into the words of their RFC."""


class GrantUnusable(ValueError):
    """The code or refresh token is unknown, used, run out, another's, or its grant has ended (`invalid_grant`)."""


class ScopeTooWide(ValueError):
    """More was asked than was granted, or than this service may have (`invalid_scope`)."""


class TargetUnknown(ValueError):
    """The service may not ask for tokens for this audience (`invalid_target`, RFC 8707)."""


class TokenRefused(ValueError):
    """It is no access token of ours, has run out, was given back, or what it came of has ended (`invalid_token`)."""
