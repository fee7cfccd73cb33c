"""Cards sent by letter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gatehouse.core import clock
from gatehouse.core.jsons import Compact
from gatehouse.core.models import DueRow
from gatehouse.mail.models import Run
from gatehouse.passes.models.designs import Design
from gatehouse.people.models import Person


class Mailing(DueRow):
    """Whom cards are sent to, and in which words: all of a design, or the passes named in `chosen`.

    A draft until `asked_at`; then it waits for a sweep, which makes its run of letters. Without words of its own it
    says ours, to each in their language. With `is_again` those are written to as well who were sent theirs before.
    """

    design = models.ForeignKey(Design, null=True, on_delete=models.CASCADE, related_name="mailings")
    chosen = models.JSONField(default=list, encoder=Compact)
    is_again = models.BooleanField(default=False)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    text = models.TextField(_("text"), max_length=5000, blank=True)
    asker = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True, db_index=True)
    posted_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(default=0, help_text="cards that were to be sent, when it was asked for")
    without_address = models.PositiveIntegerField(default=0, help_text="cards nobody could be written to about")
    run = models.OneToOneField(Run, null=True, on_delete=models.PROTECT, related_name="+")
    fault = models.CharField(max_length=300, blank=True, help_text="why it was given up")

    class Meta:
        verbose_name = _("sending of cards")
        verbose_name_plural = _("sendings of cards")

    def __str__(self) -> str:
        return f"mailing {self.pk}"
