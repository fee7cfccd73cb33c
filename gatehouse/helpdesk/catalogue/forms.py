"""One form for all kinds of things, made from the kind's own model; and what is asked of a file and of the desk."""

from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.forms.models import ModelForm, fields_for_model, model_to_dict
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from gatehouse.core.handed_in import TableForm
from gatehouse.core.widgets import Chips, Day, ManyChips, Switch
from gatehouse.helpdesk import ports
from gatehouse.helpdesk.catalogue.kinds import Kind
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.catalogue.refusals import EntryRefused
from gatehouse.helpdesk.models import CatalogueImport, Course, Desk, Section, Term, Tutoring

DAYS = (
    ("Mo", gettext_lazy("Mon")),
    ("Tu", gettext_lazy("Tue")),
    ("We", gettext_lazy("Wed")),
    ("Th", gettext_lazy("Thu")),
    ("Fr", gettext_lazy("Fri")),
    ("Sa", gettext_lazy("Sat")),
    ("Su", pgettext_lazy("day", "Sun")),
)
FEW = (Section._meta.get_field("mode"), Term._meta.get_field("season"))  # noqa: SLF001  their choices are few: chips


class Clock(forms.TimeInput):
    """A time of day, by the browser's own field."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class Days(forms.MultipleChoiceField):
    """Days of the week, kept as MoWe."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=DAYS, widget=ManyChips, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return [value[at : at + 2] for at in range(0, len(value), 2)] if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return "".join(day for day, _label in DAYS if day in super(Days, self).clean(value))


class EntryForm(forms.Form):
    """Of any kind. What is unique and what contradicts itself is said by `actions.save_entry`, for files as for forms."""

    def __init__(self, kind: Kind, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, initial=model_to_dict(row, kind.fields) if row else None)
        self.fields.update(fields_for_model(kind.model, kind.fields, formfield_callback=_drawn))
        for name, field in self.fields.items():
            own = kind.model._meta.get_field(name)  # noqa: SLF001
            if isinstance(field, forms.IntegerField):
                field.validators = [*field.validators, *own.validators]  # what the column can hold
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("Choose") if field.required else _("None")
                present = getattr(row, own.attname, None)
                field.queryset = cast("Any", field.queryset).filter(Q(archived_at=None) | Q(pk=present))

    def refuse(self, refusal: EntryRefused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def _drawn(field: Any, **options: Any) -> Any:
    """The form's field for a model's: our widgets, few choices as chips, days of the week as chips."""
    if field.name == "days":
        return Days(label=capfirst(field.verbose_name))
    if field.get_internal_type() == "TimeField":
        return field.formfield(widget=Clock(), **options)
    if field.get_internal_type() == "DateField":
        return field.formfield(widget=Day(), **options)
    if field in FEW:
        return field.formfield(widget=Chips, initial=field.choices[0][0], **options)  # an initial leaves the blank out
    if field.get_internal_type() == "TextField" or (field.max_length or 0) > 200:
        return field.formfield(widget=forms.Textarea({"rows": 4}), **options)
    return field.formfield(**options)


class FileForm(TableForm):
    """A table of one kind."""

    kind = forms.ChoiceField(label=gettext_lazy("What is in it?"))
    dates = forms.ChoiceField(
        label=gettext_lazy("How days are written"),
        choices=CatalogueImport.Dates.choices,
        initial=CatalogueImport.Dates.AUTO,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(kind.slug, kind.many.capitalize()) for kind in KINDS.values()]
        self.order_fields(["kind", "file", "text", "dates"])
        self.fields["kind"].choices = named  # type: ignore[attr-defined]

    def chosen(self) -> Kind:
        return KINDS[self.cleaned_data["kind"]]


class DeskForm(ModelForm[Desk]):
    """How the desk works, and the kiosk's PIN, which is never shown again."""

    pin = forms.CharField(
        label=gettext_lazy("PIN of the check-in screen"),
        required=False,
        max_length=12,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off", "class": "narrow"}),
        help_text=gettext_lazy(
            "4 to 12 digits, to open it and to leave it. Nobody can read it afterwards; leave it empty to keep the present one."
        ),
    )
    without_pin = forms.BooleanField(label=gettext_lazy("Take the PIN away"), required=False)
    appointment_card = forms.TypedChoiceField(
        label=gettext_lazy("Wallet card of appointments"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("A published card design for nobody yet, such as an event ticket."),
    )

    class Meta:
        model = Desk
        fields = (
            "is_closed_now",
            "closed_because",
            "target_wait",
            "step_away",
            "grace",
            "reopen_within",
            "notice_at",
            "longest_help",
            "takes_guests",
            "guest_tickets_per_hour",
            "network_tickets_per_hour",
            "keep_guests_days",
            "book_notice",
            "book_ahead",
            "book_most",
            "reminds_day",
            "reminds_hour",
            "appointment_card",
            "is_board_public",
        )
        widgets = {
            "is_closed_now": Switch,
            "takes_guests": Switch,
            "is_board_public": Switch,
            "reminds_day": Switch,
            "reminds_hour": Switch,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A design that was put away since stays chosen until another is."""
        super().__init__(*args, **kwargs)
        designs = ports.card_designs()
        kept = self.instance.appointment_card
        known = [] if kept is None or kept in dict(designs) else [(kept, _("A design that is put away"))]
        self.fields["appointment_card"].choices = [("", _("None")), *designs, *known]  # type: ignore[attr-defined]
        self.fields["book_ahead"].validators.append(MaxValueValidator(180))

    def settings(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"pin", "without_pin"}}

    def chosen_pin(self) -> str | None:
        return "" if self.cleaned_data["without_pin"] else self.cleaned_data["pin"] or None

    def refuse(self, refusal: EntryRefused) -> None:
        self.add_error(refusal.field or None, str(refusal))


class TutoringForm(forms.Form):
    """With which course somebody helps, and as what; the person is said by the address alone."""

    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"), queryset=Course.objects.none(), empty_label=gettext_lazy("Choose")
    )
    part = forms.ChoiceField(
        label=gettext_lazy("As"), choices=Tutoring.Part.choices, initial=Tutoring.Part.TUTOR, widget=Chips
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = Course.objects.filter(archived_at=None)
        field.widget.attrs["data-typeahead"] = _("Type a number or a name")


class MissingForm(forms.Form):
    """What becomes of what is here and not in the file."""

    missing = forms.ChoiceField(
        label=gettext_lazy("What is here and not in the file"),
        choices=[("leave", gettext_lazy("Leave it as it is")), ("archive", gettext_lazy("Put it away"))],
        initial="leave",
        widget=Chips,
    )
