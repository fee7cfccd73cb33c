"""How every form is drawn: label, help, field, error; what is optional is marked, and errors are summed up on top."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from gatehouse.core import widgets

# Django's plain widgets are drawn as ours, so that a form need not name them.
OURS: dict[type[forms.Widget], str] = {
    forms.RadioSelect: "parts/widgets/choices.html",
    forms.CheckboxSelectMultiple: "parts/widgets/choices.html",
    forms.ClearableFileInput: widgets.File.template_name,
}


class Field(BoundField):
    """A field with our classes and widgets; `BoundField` sets aria-describedby and aria-invalid."""

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        widget = widget or self.field.widget
        if type(widget) is forms.DateInput:
            widget = widgets.Day(widget.attrs)
        if type(widget) is forms.DateTimeInput:
            widget = widgets.Moment(widget.attrs)
        if type(widget) in OURS:
            widget.template_name = OURS[type(widget)]
        return super().as_widget(widget, attrs, only_initial)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if isinstance(widget, widgets.Switch):
            return attrs | {"role": "switch"}
        if isinstance(widget, forms.CheckboxInput):
            return attrs | {"class": "check"}
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return attrs
        if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":  # what Django says unasked
            attrs["rows"] = "5"
        named = ["input", widget.attrs.get("class", ""), "is-bad" if self.errors else ""]
        return attrs | {"class": " ".join(filter(None, named))}

    @property
    def is_one_tick(self) -> bool:
        """A single box stands before its words, not under them."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def tick_class(self) -> str:
        return "switch" if isinstance(self.field.widget, widgets.Switch) else "tick"

    @property
    def is_optional(self) -> bool:
        is_filter = getattr(self.form, "is_filter", False)  # of a filter nobody expects that it must be filled
        return not (self.field.required or self.is_one_tick or self.field.disabled or is_filter)


class Renderer(TemplatesSetting):
    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"
    bound_field_class = Field
