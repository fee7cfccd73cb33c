"""Why an act with passes was not done, in words for the person who asked for it."""


class Refused(ValueError):
    """The reason is the text; nothing was changed."""


class NotNow(RuntimeError):
    """Somebody else whom it takes for it does not answer; the text is what is known. Trying again may help."""
