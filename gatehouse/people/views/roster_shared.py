"""What the steps of the import wizard share."""

from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext_lazy as _

STEPS = (_("Upload"), _("Columns"), _("Check"), _("Apply"))
MANY = 100
"""People; whoever does something to more of them types their number."""


def is_typed(request: HttpRequest, number: int) -> bool:
    """Whether the number was typed, however its digits are grouped; few need not be."""
    digits = "".join(filter(str.isdecimal, request.POST.get("number", "")))
    return number <= MANY or digits == str(number)


def grouped(number: int) -> str:
    """A number as the reader's language groups it: 1,284."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)
