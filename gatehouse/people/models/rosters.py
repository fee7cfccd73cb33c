"""Rosters on their way in: the import, its staged lines, what each would change, and what could not be read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.jsons import Compact, SaidParts
from gatehouse.core.models import DueRow
from gatehouse.core.said import restored
from gatehouse.people.models.persons import Membership, Person


class SavedMapping(models.Model):
    """Which of a file's columns is which of ours, remembered under a name, with the source whose numbers it holds."""

    name = models.SlugField(_("name"), unique=True)
    source = models.CharField(_("source"), max_length=60)
    columns = models.JSONField(default=dict)
    date_order = models.CharField(max_length=4, default="auto")
    blanks = models.JSONField(default=dict, help_text="field → what a blank cell means")

    def __str__(self) -> str:
        return self.name


class RosterImport(DueRow):
    """One file, from upload to undo. The row is the job: in a state of `WORKING` it waits for a worker.

    `header` lists the file's columns: {"name", "samples", "field", "guessed"}. `actor` is who answers for the import,
    `asker` who asked for the step under way.
    """

    class State(models.TextChoices):
        OPENING = "opening", _("Being opened")
        UPLOADED = "uploaded", _("Columns to be confirmed")
        READING = "reading", _("Being read")
        CHECKED = "checked", _("Waiting for your word")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        REFUSED = "refused", _("Could not be read")
        STOPPED = "stopped", _("Stopped")

    class Missing(models.TextChoices):
        LEAVE = "leave", _("Leave them as they are")
        LEFT = "left", _("Mark them as left")
        EXPIRE = "expire", _("Let their memberships expire")

    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    file = models.FileField(upload_to="rosters/", blank=True)
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    mapping = models.CharField(max_length=60)
    source = models.CharField(max_length=60)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    date_order = models.CharField(max_length=4, default="auto")
    blanks = models.JSONField(default=dict, help_text="field → what a blank cell means")
    sources = models.JSONField(default=list, help_text="whose numbers the lines hold")
    mapped = models.JSONField(default=list, help_text="our columns that the file has")
    missing_choice = models.CharField(max_length=6, choices=Missing, default=Missing.LEAVE)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=200, blank=True)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    lines = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="lines that stand here exactly as they did last time")
    refused = models.PositiveIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0, help_text="lines in doubt, decided or not")
    level_changes = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0, help_text="not undone, for they were changed since")

    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    progress_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True, help_text="when the step under way was begun")
    template = models.TextField(blank=True)
    params = models.JSONField(default=dict, encoder=SaidParts)

    created_at = models.DateTimeField(default=clock.now)
    compared_at = models.DateTimeField(null=True, help_text="before the comparison began")
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)

    WORKING = (State.OPENING, State.READING, State.APPLYING, State.UNDOING)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=["opening", "reading", "applying", "undoing"]),
                name="imports_that_wait",
            )
        ]

    def __str__(self) -> str:
        return f"{self.filename} of {self.created_at:%Y-%m-%d}"

    @property
    def message(self) -> str:
        """Why it was refused, or what to look at again; in the reader's language."""
        return restored(self.template, self.params).translated(gettext)

    @property
    def changes(self) -> int:
        return self.joined + self.changed

    @property
    def can_be_read(self) -> bool:
        """Whether somebody may still say what its columns are."""
        fresh = {self.State.UPLOADED, self.State.CHECKED, self.State.REFUSED, self.State.STOPPED}
        return self.state in fresh and bool(self.file and self.header)

    @property
    def can_be_undone(self) -> bool:
        """As far as it alone can tell: it must be the last one, too."""
        return self.state == self.State.APPLIED and (self.undo_until is None or self.undo_until > clock.now())

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING


class StagedLine(models.Model):
    """A line as it was read: typed and checked, one for each number. `new_id` names the membership if it is new.

    Text is "" where the file says nothing or has no such column; only mapped columns are ever compared.
    """

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.PositiveIntegerField()
    new_id = models.UUIDField()
    read_as = models.BigIntegerField(null=True)
    source = models.CharField(max_length=60)
    number = models.CharField(max_length=64)
    given_name = models.CharField(max_length=200, db_default="")
    family_name = models.CharField(max_length=200, db_default="")
    preferred_name = models.CharField(max_length=200, db_default="")
    email = models.CharField(max_length=254, db_default="")
    level = models.CharField(max_length=100, db_default="")
    status = models.CharField(max_length=10, choices=Membership.Status, db_default="active")
    valid_from = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    card_names = models.CharField(max_length=400, db_default="")
    add_ons = models.JSONField(db_default=[], encoder=Compact)
    address_1 = models.CharField(max_length=200, db_default="")
    address_2 = models.CharField(max_length=200, db_default="")
    city = models.CharField(max_length=100, db_default="")
    region = models.CharField(max_length=100, db_default="")
    postcode = models.CharField(max_length=20, db_default="")
    country = models.CharField(max_length=100, db_default="")
    listed_groups = models.JSONField(db_default=[], encoder=Compact)
    listed_role = models.CharField(max_length=20, db_default="")
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    attributes = models.JSONField(db_default={}, encoder=Compact)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster_import", "line"], name="a_line_is_staged_once")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.number}"


class RosterChange(models.Model):
    """What one line would change, or did; lines that change nothing have none. `before` is what stood there."""

    class Kind(models.TextChoices):
        JOINED = "joined", _("New")
        CHANGED = "changed", _("Changed")
        MISSING = "missing", _("Not in the file")
        UNDECIDED = "undecided", _("To be decided")

    class Decision(models.TextChoices):
        SKIP = "skip", _("Skip this line")
        SAME = "same", _("It is the same person")
        OTHER = "other", _("Somebody else, without this e-mail")

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    membership_id = models.UUIDField()
    person_id = models.UUIDField()
    is_new_person = models.BooleanField(db_default=False)
    without_email = models.BooleanField(db_default=False)
    before = models.JSONField(null=True)
    template = models.TextField(db_default="")
    params = models.JSONField(db_default={})
    decision = models.CharField(max_length=5, choices=Decision, db_default="")

    class Meta:
        indexes = [models.Index(fields=["roster_import", "kind", "line"])]

    def __str__(self) -> str:
        return f"{self.kind} in line {self.line}"

    @property
    def message(self) -> str:
        return restored(self.template, self.params).translated(gettext)


class RefusedLine(models.Model):
    """A line that was left out, and why. Its cells stand in the file, which is kept until the import is cleared away."""

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    template = models.TextField()
    params = models.JSONField(default=dict, encoder=SaidParts)
    source = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["roster_import", "line"])]

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"

    @property
    def message(self) -> str:
        return restored(self.template, self.params).translated(gettext)


class Invitation(DueRow):
    """Somebody shall be told that they can sign in here; `written_at` is when the letter was put into the outbox."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="invitation")
    asked_at = models.DateTimeField(default=clock.now)
    asked_by_id = models.UUIDField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], condition=Q(written_at__isnull=True), name="invitations_to_write")
        ]

    def __str__(self) -> str:
        return f"invitation of {self.person_id}"
