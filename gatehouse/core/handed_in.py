"""A table that somebody hands in on a page: as a file, or pasted from a spreadsheet."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

LONGEST = 2_000_000  # characters pasted


class TableForm(forms.Form):
    """Drawn by parts/table_fields.html."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,  # the sheet reader says it in its own words
        max_length=250,
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the table"),
        required=False,
        max_length=LONGEST,
        strip=False,
        help_text=gettext_lazy("Copied from a spreadsheet, with its first line, the header. Up to 2 MB."),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = _("CSV or Excel (.xlsx), up to %(limit)s MB, with a header in its first line.")
        self.fields["file"].help_text = said % {"limit": settings.UPLOAD_LIMIT // 1_000_000}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not values.get("file") and not values.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste the table below."))
        return values


@contextmanager
def on_disk(file: Any, text: str) -> Iterator[tuple[Path, str]]:
    """Where the table lies while it is looked at, and what it is called; a large file lies on disk already."""
    if file is not None and hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path()), str(file.name)
        return
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in [text.encode()] if file is None else file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name), str(file.name) if file else f"{_('pasted table')}.csv"
