"""What the journal adds to the portal: permissions, its page, and words for the verbs that no app owns."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, add
from gatehouse.journal import policies, words

declare(
    Permission(policies.VIEW, _("read the journal")),
    Permission(policies.EXPORT, _("take the journal away as a file")),
)
add(Entry("records", _("Journal"), "journal:journal", "history", policies.VIEW, order=10))
words.name({"journal.exported": _("Journal exported")})
