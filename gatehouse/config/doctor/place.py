"""The doctor's look at machine and settings; it asks no database."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from gatehouse.config import checks, env
from gatehouse.config.copies.restoring import BEFORE, STAGING
from gatehouse.config.doctor.findings import Finding, fine, hint, problem, warning
from gatehouse.mail import route

LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes free
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def look() -> Iterator[Finding]:
    yield from _mode()
    yield from _data_folder()
    yield from _environment()
    yield from _key()
    yield from _disk()
    yield from _mail()
    yield _time_zone()
    yield _static()


def _mode() -> Iterator[Finding]:
    refused = checks.refusals()
    yield from (problem("production", line) for line in refused)
    if not refused:
        yield fine("mode", f"This is a {settings.MODE} portal at {settings.BASE_URL}")
    host = urlsplit(settings.BASE_URL).hostname
    if settings.IS_PRODUCTION and host in LOOPBACK:
        yield warning(
            "address", f"GATEHOUSE_BASE_URL is {settings.BASE_URL}: links in letters lead nowhere for others."
        )
    if settings.IS_PRODUCTION and not settings.TRUSTED_PROXIES:
        yield hint(
            "proxy",
            "GATEHOUSE_TRUSTED_PROXIES is not set. Behind a proxy every visitor seems to be the proxy, and limits hit all.",
        )


def _data_folder() -> Iterator[Finding]:
    folder = env.DATA
    if not folder.exists():
        yield hint("data", f"The data folder {folder} does not exist yet; `gatehouse migrate` makes it.")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield problem(
            "data", f"We may not write into the data folder {folder}. Give it to the user who runs the portal."
        )
    elif open_to_others := _open_to_others(folder):
        yield warning("data", f"Others on this machine may read {open_to_others}: chmod go= {open_to_others}")
    else:
        yield fine("data", f"Everything lies in {folder}, closed to others")
    if (folder / STAGING / BEFORE).exists():
        yield problem("restore", "A restore was interrupted half-way. Run it again: `gatehouse restore FILE --yes`.")


def _open_to_others(folder: Path) -> Path | None:
    within = [folder, folder / "key", env.SETTINGS_FILE, folder / "gatehouse.db", Path(settings.MEDIA_ROOT)]
    return next((one for one in within if one.exists() and stat.S_IMODE(one.stat().st_mode) & 0o077), None)


def _environment() -> Iterator[Finding]:
    """Values are not shown: some are passwords."""
    kept = env.read_file(env.SETTINGS_FILE)
    differing = [name for name, value in kept.items() if os.environ.get(name, value) != value]
    for name in differing:
        yield warning(
            "environment", f"{name} differs between the environment and {env.SETTINGS_FILE}; the file's value holds."
        )


def _key() -> Iterator[Finding]:
    file, given = env.DATA / "key", env.text("GATEHOUSE_SECRET_KEY")
    if given and file.exists() and file.read_text(encoding="ascii").strip() != given:
        yield warning(
            "key", f"GATEHOUSE_SECRET_KEY is not what {file} holds. What was sealed with the one the other can't read."
        )
    elif not given and not file.exists():
        yield hint("key", f"There is no key yet; the first start makes {file}.")
    else:
        yield fine("key", f"The key comes from {'GATEHOUSE_SECRET_KEY' if given else file}")


def _disk() -> Iterator[Finding]:
    folder = next(path for path in (env.DATA, *env.DATA.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:,.1f} GB free on the disk of {folder}"
    if free < TOO_LITTLE:
        yield problem("disk", f"Only {said}: the database can't grow any more.")
    elif free < LITTLE:
        yield warning("disk", f"Only {said}.")
    else:
        yield fine("disk", said)


def _mail() -> Iterator[Finding]:
    try:
        way = route.read(settings.EMAIL_URL)
    except route.RouteUnusable as error:
        yield problem("mail", str(error))
        return
    if way.kind == "smtp":
        secured = {"": "unencrypted", "starttls": "with STARTTLS", "implicit": "with TLS"}[way.tls]
        yield fine("mail", f"Letters go to {way}, {secured}, as {settings.MAIL_FROM}")
    elif way.kind == "file":
        yield hint(
            "mail", f"Letters are only written to {way.path or settings.DATA_DIR / 'mail'}: set EMAIL_URL to send."
        )
    else:
        yield hint("mail", "Letters are only printed: set EMAIL_URL to send.")


def _time_zone() -> Finding:
    if env.text("GATEHOUSE_TIME_ZONE"):
        return fine("time", f"Days begin and end as in {settings.TIME_ZONE}")
    return hint("time", "GATEHOUSE_TIME_ZONE is not set: days begin and end by UTC.")


def _static() -> Finding:
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        return fine("pages", "Style sheets and pictures are in place")
    return warning("pages", "Style sheets and pictures are not in place: run `gatehouse migrate`.")
