"""The designer's page as one form: read from a draft or from what was sent, and said again as a Blueprint."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from gatehouse.passes.blueprint import Blueprint
from gatehouse.passes.checking import Problem
from gatehouse.passes.forms import facts, languages, parts, pictures
from gatehouse.passes.forms.parts import CodeForm, FieldForm, LookForm, MomentForm, PlaceForm, RulesForm, rows_of
from gatehouse.passes.models import Design

FieldRows = rows_of(FieldForm, extra=0, most=40)
MomentRows = rows_of(MomentForm, extra=1, most=12)
PlaceRows = rows_of(PlaceForm, extra=1, most=12)
SLOTS = [slot for slot, _label in parts.SLOTS]


@dataclass
class Sheet:
    """All forms of the page. `from_draft` and `from_request` make it; a sheet from a request is bound."""

    design: Design
    look: LookForm
    fields: Any
    code: CodeForm
    moments: Any
    places: Any
    rules: RulesForm
    slots: list[pictures.Slot]
    draft: Blueprint
    facts: list[Any]
    is_bound: bool = False

    @classmethod
    def from_draft(cls, design: Design, draft: Blueprint) -> "Sheet":
        choices = facts.choices(design)
        known = {value for _area, options in choices[1:] for value, _label in options}
        ordered = sorted(draft.fields, key=lambda field: SLOTS.index(field.slot))
        return cls(
            design,
            LookForm(initial=LookForm.said(draft)),
            FieldRows(
                initial=[FieldForm.said(field, known) for field in ordered],
                prefix="fields",
                form_kwargs={"facts": choices},
            ),
            CodeForm(initial=CodeForm.said(draft.barcode)),
            MomentRows(initial=[MomentForm.said(text) for text in draft.relevant], prefix="moments"),
            PlaceRows(initial=[PlaceForm.said(place) for place in draft.places], prefix="places"),
            RulesForm(initial={"expires": draft.expires, "is_shareable": draft.is_shareable}),
            pictures.from_blueprint(draft.style, draft.images),
            draft,
            choices,
        )

    @classmethod
    def from_request(cls, design: Design, request: HttpRequest) -> "Sheet":
        """What was typed; the blueprint it makes stands in `draft`, as far as it can be understood."""
        data, choices = request.POST, facts.choices(design)
        look = LookForm(data)
        sheet = cls(
            design,
            look,
            FieldRows(data, prefix="fields", form_kwargs={"facts": choices}),
            CodeForm(data),
            MomentRows(data, prefix="moments"),
            PlaceRows(data, prefix="places"),
            RulesForm(data),
            [],
            Blueprint(),
            choices,
            is_bound=True,
        )
        look.is_valid()
        sheet.slots = pictures.from_request(request, look.cleaned_data.get("style", "generic"))
        draft = sheet._said()
        sheet.draft = replace(draft, texts=languages.from_post(data, draft))
        return sheet

    def _said(self) -> Blueprint:
        for form in self._forms():
            form.is_valid()
        rules = self.rules.cleaned_data
        return Blueprint(
            **{"style": "generic", **self.look.says()},
            fields=tuple(row.says() for row in self._rows("fields")),
            barcode=self.code.says(),
            images={slot.role: slot.sizes for slot in self.slots if slot.sizes},
            places=tuple(row.says() for row in self._rows("places")),
            relevant=tuple(row.says() for row in self._rows("relevant")),
            expires=rules["expires"],
            is_shareable=rules["is_shareable"],
        )

    def _rows(self, area: str) -> list[Any]:
        """The rows that say something, in the order in which the blueprint has them."""
        rows = {"fields": self.fields, "places": self.places, "relevant": self.moments}[area].forms
        said = [row for row in rows if row.is_valid() and row.cleaned_data and row.says()]
        return sorted(said, key=lambda row: SLOTS.index(row.cleaned_data["slot"])) if area == "fields" else said

    def _forms(self) -> Iterator[Any]:
        yield from (self.look, self.fields, self.code, self.moments, self.places, self.rules)

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self._forms()) and not any(slot.errors for slot in self.slots)

    @property
    def table(self) -> languages.Table:
        return languages.table(self.draft)

    @property
    def groups(self) -> list[tuple[str, Any, list[tuple[int, FieldForm]]]]:
        """The rows of fields by slot: (slot, its name, [(number of the row, the row)])."""
        rows = list(enumerate(self.fields.forms))
        return [(slot, label, [row for row in rows if _slot_of(row[1]) == slot]) for slot, label in parts.SLOTS]

    def refuse(self, problems: list[Problem]) -> None:
        """Say beside each field why the draft can't be published."""
        rows = {area: self._rows(area) for area in ("fields", "places", "relevant")}
        for problem in problems:
            self._refuse(problem.path, problem.message.translated(_), rows)

    def _refuse(self, path: str, said: str, rows: dict[str, list[Any]]) -> None:
        area, _dot, rest = path.partition(".")
        if area == "images":
            for slot in self.slots:
                slot.errors += [said] if slot.role == rest else []
            return
        form, name = self._field_at(area, rest, rows)
        form.add_error(name if name in form.fields else None, said)

    def _field_at(self, area: str, rest: str, rows: dict[str, list[Any]]) -> tuple[forms.Form, str]:
        """The form and field that a path of `checking` leads to; a name without a field is said above everything."""
        number, _dot, name = rest.partition(".")
        if area in rows and number:
            row = rows[area][int(number)]
            says = {"fields": "fact" if row["fact"].value() else "words"} if area == "fields" else {}
            names = {"relevant": "at", "places": "place_says", **says}
            return row, names[area] if name in {"", "says"} else name
        if area == "barcode":
            is_words = self.code["holds"].value() == parts.WORDS
            return self.code, ("code_words" if is_words else "holds") if rest == "says" else rest
        return self.look, rest if area == "colours" else area

    def _parts(self) -> Iterator[tuple[Any, list[forms.Form]]]:
        """Each form with its rows; a form that is no list is its own row."""
        for form in self._forms():
            yield (form, form.forms) if isinstance(form, forms.BaseFormSet) else (None, [form])

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Every error of the page: (id of the field or nothing, its label, what is wrong)."""
        found = [(f"id_{slot.name}", slot.label, said) for slot in self.slots for said in slot.errors]
        for whole, rows in self._parts():
            found += [("", "", str(said)) for said in (whole.non_form_errors() if whole else [])]
            for row in rows:
                found += [("", "", str(said)) for said in row.non_field_errors()]
                found += [(field.auto_id, str(field.label), str(said)) for field in row for said in field.errors]
        return found if self.is_bound else []


def _slot_of(row: FieldForm) -> str:
    value = row["slot"].value()
    return value if value in SLOTS else SLOTS[0]
