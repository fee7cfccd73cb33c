"""Every address of the portal: who sees what there, or why it is no page. A test holds this against the addresses."""

from tests.accessibility.places import helpdesk, identity, mail, passes, people, web
from tests.accessibility.places.row import Row as Row

APPS = (web, identity, people, mail, helpdesk, passes)
ROWS = [row for app in APPS for row in app.ROWS]
POSTED = {name for app in APPS for name in app.POSTED}
NO_PAGES = {name: why for app in APPS for name, why in app.NO_PAGES.items()}
