"""The desk's forms for whoever asks."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core.said import Said
from gatehouse.core.widgets import Chips, Choices
from gatehouse.helpdesk import queries, uploads
from gatehouse.helpdesk.actions import Guest
from gatehouse.helpdesk.models import Course, ProblemType, Room, Section, Ticket
from gatehouse.helpdesk.refusals import Refused
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Person


class Drop(forms.ClearableFileInput):
    """Several files: chosen, dropped, or a picture taken."""

    template_name = "helpdesk/widgets/drop.html"
    allow_multiple_selected = True


class Files(forms.FileField):
    """Cleans to a list of `Upload`; of what kind each is, its content says."""

    widget = Drop

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(given) > uploads.MOST:
            raise forms.ValidationError(gettext("Choose five files at most."))
        return [_inspected(file) for file in given]


def _inspected(file: UploadedFile[Any]) -> uploads.Upload:
    name = file.name or "file"
    content = file.read(uploads.LARGEST + 1)
    try:
        return uploads.inspect(name, content)
    except uploads.Unfit as unfit:
        said = unfit.args[0]
        raise forms.ValidationError(said.translated(gettext) if isinstance(said, Said) else str(said)) from unfit


class QuestionForm(forms.Form):
    """What is asked: the part that asking and changing share."""

    course = forms.ModelChoiceField(
        label=_("Course"), queryset=Course.objects.none(), empty_label=_("Choose a course"), widget=forms.Select
    )
    problem_type = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=ProblemType.objects.none(),
        required=False,
        empty_label=None,
        widget=Chips,
    )
    assignment = forms.CharField(
        label=_("What are you working on?"),
        max_length=120,
        required=False,
        help_text=_("Problem set 3, lab 2, the exam in May."),
    )
    question = forms.CharField(
        label=_("Your question"),
        max_length=4000,
        help_text=_("Say what you tried and where it stopped. Two sentences are enough."),
        widget=forms.Textarea({"rows": 5}),
    )
    mode = forms.ChoiceField(label=_("Where?"), choices=Ticket.Mode.choices, widget=Choices)
    section = forms.ModelChoiceField(
        label=_("Section"), queryset=Section.objects.none(), required=False, empty_label=_("I don't know")
    )

    def __init__(self, *args: Any, recent: Callable[[], list[Course]] = list, **kwargs: Any) -> None:
        """Nothing is asked of the database before it is drawn; whoever sends the form waits for no list."""
        super().__init__(*args, **kwargs)
        self.recent = recent
        fields: Any = self.fields
        fields["course"].queryset = queries.courses()
        fields["course"].widget.attrs["data-typeahead"] = gettext("Type a number or a name")
        fields["course"].choices = self._courses
        fields["section"].queryset = queries.sections_now()
        fields["section"].choices = self._sections
        fields["section"].widget.attrs["data-narrowed-by"] = "course"
        fields["problem_type"].queryset = ProblemType.objects.filter(archived_at=None)

    def _courses(self) -> list[Any]:
        """Those one asked about lately come first."""
        field: Any = self.fields["course"]
        recent = self.recent()
        others = [(course.pk, str(course)) for course in field.queryset if course not in recent]
        if not recent:
            return [("", field.empty_label), *others]
        lately = [(course.pk, str(course)) for course in recent]
        return [("", field.empty_label), (gettext("Lately"), lately), (gettext("All courses"), others)]

    def _sections(self) -> list[Any]:
        field: Any = self.fields["section"]
        groups: dict[str, list[tuple[int, str]]] = {}
        for section in field.queryset:
            groups.setdefault(section.course.code, []).append((section.pk, str(section)))
        return [("", field.empty_label), *groups.items()]

    @cached_property
    def has_sections(self) -> bool:
        field: Any = self.fields["section"]
        return bool(field.queryset.exists())

    @cached_property
    def has_kinds(self) -> bool:
        field: Any = self.fields["problem_type"]
        return bool(field.queryset.exists())

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        section, course = values.get("section"), values.get("course")
        if section and course and section.course_id != course.pk:
            self.add_error("section", gettext("This section belongs to another course."))
        return values

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def what(self) -> dict[str, Any]:
        """The ticket's own fields."""
        names = ("course", "problem_type", "assignment", "question", "mode", "section")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class AskForm(QuestionForm):
    """Four questions; a guest's name and address besides."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name", "type": "text"})
    )
    email = forms.CharField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("We send a link there. Open it, and you see your place in the queue."),
        widget=forms.TextInput(
            {"inputmode": "email", "autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    attached = Files(
        label=_("Photo, screenshot or file"), required=False, widget=Drop({"accept": ",".join(uploads.ENDINGS)})
    )
    room = forms.ModelChoiceField(queryset=Room.objects.none(), required=False, widget=forms.HiddenInput)
    sent_once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        first = {"course": self._last_course, "mode": Ticket.Mode.CAMPUS, "sent_once": uuid4}
        kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, recent=self._recent, **kwargs)
        self.person = person
        self.fields["room"].queryset = queries.rooms()  # type: ignore[attr-defined]
        if person:
            del self.fields["name"], self.fields["email"]

    def _recent(self) -> list[Course]:
        return self.recent_courses

    @cached_property
    def recent_courses(self) -> list[Course]:
        return queries.recent_courses(self.person) if self.person else []

    def _last_course(self) -> int | None:
        return self.recent_courses[0].pk if self.recent_courses else None

    def hint(self, rooms: Iterable[str]) -> None:
        """Below "On campus" stand the rooms in which somebody helps now."""
        widget: Any = self.fields["mode"].widget
        widget.hints = {"campus": ", ".join(rooms), "online": gettext("Video link when it's your turn")}

    def clean_email(self) -> str:
        email = normal_email(self.cleaned_data["email"])
        if not is_email(email):
            raise forms.ValidationError(gettext("This is not an address. It should look like name@example.org."))
        return email

    def asker(self) -> Person | Guest:
        return self.person or Guest(self.cleaned_data["name"], self.cleaned_data["email"])

    def ticket(self) -> dict[str, Any]:
        values = self.cleaned_data
        room = values["room"] if values["mode"] == Ticket.Mode.CAMPUS else None
        return {**self.what(), "room": room, "sent_once": values["sent_once"], "files": values["attached"]}


class EditForm(QuestionForm):
    """`seen` is the revision that the writer looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, ticket: Ticket) -> "EditForm":
        names = ("course", "problem_type", "assignment", "question", "mode", "section")
        return cls(initial={name: getattr(ticket, name) for name in names} | {"seen": ticket.revision}, ticket=ticket)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("course", "section", "problem_type"):
            self._keep_archived(name, getattr(ticket, name))

    def _keep_archived(self, name: str, held: Any) -> None:
        """What the ticket names already may stay, although it is archived now."""
        field: Any = self.fields.get(name)
        if field and held and held not in field.queryset:
            field.queryset = type(held).objects.filter(pk=held.pk) | type(held).objects.filter(
                pk__in=field.queryset.values("pk")
            )


class MessageForm(forms.Form):
    text = forms.CharField(label=_("Add something"), max_length=4000, widget=forms.Textarea({"rows": 3}))


class RateForm(forms.Form):
    """`stars` by one press; a comment if one likes."""

    stars = forms.TypedChoiceField(
        label=_("How well did we help you?"),
        choices=[(n, str(n)) for n in range(1, 6)],
        coerce=int,
        widget=Chips,
        help_text=_("5 is best."),
    )
    comment = forms.CharField(
        label=_("What was good, what was not?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class NoticeForm(forms.Form):
    people = forms.TypedChoiceField(
        label=_("Write to me when"),
        coerce=int,
        choices=[
            (0, _("nobody is before me")),
            (1, _("one person is before me")),
            (2, _("two people are before me")),
            (3, _("three people are before me")),
            (5, _("five people are before me")),
        ],
    )
