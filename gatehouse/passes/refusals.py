"""Why an act with passes was not done, in words for the person who asked for it."""


class Refused(ValueError):
    """The reason is the text; nothing was changed."""
