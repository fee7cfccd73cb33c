"""People, what they belong to, and what they may do."""

from functools import partial
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Exists, F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core import access, clock
from gatehouse.core.jsons import Compact
from gatehouse.people.addresses import normal_email

UNTOLD = Q(left_at__isnull=False) & (
    Q(told_left_at=None) | Q(told_left_at__lt=F("left_at")) | Q(told_left_at__gt=F("left_at"))
)
"""Who left, or will have left at a time of which `PersonLeft` has not told."""


class PeopleManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=normal_email(email) if email else None, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody we know, and the account they sign in with.

    The e-mail is kept normalised (`normal_email`), so equality is comparison without case. The source that first
    brought a person may change name and address; other sources only fill in what is empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(_("e-mail"), null=True, blank=True)
    is_own_email = models.BooleanField(
        default=False, editable=False, help_text="moved here and proved by the person, so no roster moves it back"
    )
    proved_email = models.EmailField(
        null=True, editable=False, help_text="where they last read a letter of ours; nobody proved another `email`"
    )
    given_name = models.CharField(_("first name"), max_length=200, blank=True)
    family_name = models.CharField(_("last name"), max_length=200, blank=True)
    preferred_name = models.CharField(_("preferred name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    attributes = models.JSONField(_("further details"), default=dict, blank=True, encoder=Compact)
    source = models.CharField(_("first brought by"), max_length=60, blank=True)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    left_by_import = models.BigIntegerField(null=True, blank=True, editable=False)
    told_left_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="the time in `left_at` of which `PersonLeft` told"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PeopleManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [  # not unique=True, which has PostgreSQL keep a second index that nothing asks
            models.UniqueConstraint(
                fields=["email"],
                name="one_person_per_address",
                violation_error_message=_("Somebody has this address already."),
            )
        ]
        indexes = [
            models.Index(fields=["family_name", "given_name"]),
            models.Index(fields=["left_at"], condition=Q(left_at__isnull=False), name="people_who_left"),
            models.Index(fields=["left_at"], condition=UNTOLD, name="leavers_to_tell_of"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        full = f"{self.preferred_name or self.given_name} {self.family_name}".strip()
        return full or self.email or str(_("Somebody without a name"))

    @property
    def short_name(self) -> str:
        return self.preferred_name or self.given_name or self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's base class says True for ever
        """A person who left can sign in nowhere."""
        return self.left_at is None or self.left_at > clock.now()

    @cached_property
    def permissions(self) -> frozenset[str]:
        """What the roles held by this person allow; whoever has an active membership is a member without a grant."""
        granted = RoleGrant.objects.filter(person=self).values("role")
        active = Membership.objects.filter(person=self, status=Membership.Status.ACTIVE)
        held = Role.objects.filter(Q(pk__in=granted) | Q(Exists(active), slug="member"))
        return frozenset(name for role in held for name in role.holds)

    def may(self, permission: str) -> bool:
        """Whether one of this person's roles holds the permission; see `core.access`."""
        return self.is_active and not self.permissions.isdisjoint({permission, access.EVERYTHING})

    @property
    def is_staff(self) -> bool:
        """Django's admin at /admin/ is for owners."""
        return self.may(access.EVERYTHING)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.may(access.EVERYTHING)

    def has_module_perms(self, app_label: str) -> bool:
        return self.may(access.EVERYTHING)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.short_name


class ExternalId(models.Model):
    """How another system names a person: (source, value) is unique. Roster numbers live in `Membership`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="external_ids")
    source = models.CharField(max_length=60)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="one_person_per_external_id")]

    def __str__(self) -> str:
        return f"{self.source} {self.value}"


class Membership(models.Model):
    """What a roster says of one number: (source, number) is its identity, in every import.

    `add_ons` are {"name", "quantity"}. `listed_groups`, {"name", "section"}, and `listed_role` are what the roster says;
    places in groups and granted roles follow from them when it is applied.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        LAPSED = "lapsed", _("Lapsed")
        SUSPENDED = "suspended", _("Suspended")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    source = models.CharField(_("source"), max_length=60)
    number = models.CharField(_("number"), max_length=64)
    level = models.CharField(_("level"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    card_names = models.CharField(_("other names on the card"), max_length=400, blank=True)
    add_ons = models.JSONField(_("add-ons"), default=list, blank=True, encoder=Compact)
    address_1 = models.CharField(_("address"), max_length=200, blank=True)
    address_2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("state or region"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    listed_groups = models.JSONField(_("groups in the roster"), default=list, blank=True, encoder=Compact)
    listed_role = models.CharField(_("role in the roster"), max_length=20, blank=True)
    without_email = models.BooleanField(
        default=False, editable=False, help_text="its address in the roster is somebody else's, as somebody decided"
    )
    read_as = models.BigIntegerField(null=True, editable=False, help_text="fingerprint of the roster line it came from")
    read_at = models.DateTimeField(null=True, editable=False, help_text="the fingerprint holds if nobody wrote since")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="one_membership_per_number")]
        indexes = [
            models.Index(fields=["person", "source", "number"]),
            models.Index(fields=["expires_on"], condition=Q(status="active"), name="memberships_to_lapse"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.level}".strip()


class Group(models.Model):
    """People together for a reason: a course, a committee, a team. With a source, its rosters decide who is in it."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        COMMITTEE = "committee", _("Committee")
        TEAM = "team", _("Team")
        OTHER = "other", _("Other")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    source = models.CharField(_("source"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True)
    people = models.ManyToManyField(Person, through="GroupPlace", related_name="groups")

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="one_group_per_name_and_source")]

    def __str__(self) -> str:
        return self.name


class GroupPlace(models.Model):
    """One person's place in a group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="places")
    section = models.CharField(_("section"), max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="once_in_a_group")]

    def __str__(self) -> str:
        return f"{self.person} in {self.group}"


BUILT_IN_ROLES = (
    _("Member"),
    _("Student"),
    _("Tutor"),
    _("Instructor"),
    _("Admin"),
    _("Owner"),
)  # as migrations name them


class Role(models.Model):
    """A set of named permissions: one's own roles list them in the row; built-in ones are fixed, see `core.access`."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    permissions = models.JSONField(_("permissions"), default=list, blank=True)
    is_built_in = models.BooleanField(default=False, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    people = models.ManyToManyField(
        Person, through="RoleGrant", through_fields=("role", "person"), related_name="roles"
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name; a built-in role's in the reader's language."""
        return gettext(self.name) if self.is_built_in else self.name

    @property
    def holds(self) -> set[str]:
        """Names of permissions; those of a built-in role are said by the apps, not by the row. Archived, it holds none."""
        if self.archived_at:
            return set()
        return access.of_built_in(self.slug) if self.is_built_in else set(self.permissions)


class RoleGrant(models.Model):
    """This person holds this role, since then; `source` is the roster that said so, if one did."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    source = models.CharField(max_length=60, blank=True)
    granted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="a_role_once_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class Organisation(models.Model):
    """The host: whose people these are. One row."""

    name = models.CharField(_("name"), max_length=80)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    door_colour = models.CharField(_("door colour"), max_length=7, blank=True)
    mark = models.FileField(_("mark"), upload_to="organisation/", blank=True)

    KEPT_AS = "organisation"  # the cache's key, see queries.organisation

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        transaction.on_commit(partial(cache.delete, self.KEPT_AS))
