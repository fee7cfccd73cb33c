"""Words of the journal for what the command does."""

from django.utils.translation import gettext_lazy as _

from gatehouse.journal import words

words.name(
    {
        "backup.made": _("Backup made"),
        "backup.restored": _("Backup restored"),
        "demo.loaded": _("Demo loaded"),
    }
)
