"""The system's own Chromium, and how to start it in a test."""

import os

from tests.services import find

ADVICE = "Chromium was not found (apt-get install chromium)"
QUIET = [
    "--disable-background-networking",  # no updates, no safe-browsing lists: nothing but the page under test
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-dev-shm-usage",  # containers give 64 MB there
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
]


def executable() -> str | None:
    return os.environ.get("CHROMIUM") or find("chromium", "chromium-browser", "google-chrome")


def launch_options() -> dict[str, object]:
    """For Playwright's `launch`; Chromium's sandbox refuses to be root, so root goes without."""
    return {
        "executable_path": executable(),
        "args": [*QUIET, *(["--no-sandbox"] if os.getuid() == 0 else [])],
    }
