"""Reading what the owner set: the portal's own settings.env first, then the environment, then `.env` beside the checkout.

`settings.env` in the data folder wins, so that every command with the same GATEHOUSE_DATA speaks to the same portal.
"""

import os
import re
import secrets
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parents[2]
KEY_BYTES = 48
LAST_PORT = 65_535
ADDRESS = re.compile(
    r"https?://(\[[0-9a-f:.]+(%\w+)?\]|[^\s/?#@:\[\]\\]+)(:(?P<port>\d{1,5}))?/?"
)  # no path: we live at the root
HEADER = "# What this portal was set up with. It wins over the environment; an empty value means the default.\n"


class SettingWrong(ValueError):
    """A setting has a value that cannot be used; the message names it and says what would be right."""


def read_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; blank lines and those that begin with # say nothing; quotes around a value are dropped."""
    if not path.is_file():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, equals, value in pairs if equals}


DATA = Path(os.environ.get("GATEHOUSE_DATA") or ROOT / "var").expanduser().absolute()
SETTINGS_FILE = DATA / "settings.env"
_values = {**read_file(ROOT / ".env"), **os.environ, **read_file(SETTINGS_FILE)}


def text(name: str, default: str = "") -> str:
    return _values.get(name) or default


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value not in {"1", "0", "yes", "no", "true", "false", "on", "off"}:
        raise SettingWrong(f"{name} is {value!r}: write yes or no.")
    return value in {"1", "yes", "true", "on"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise SettingWrong(f"{name} is {value!r}: write a whole number.")
    return int(value)


def port(name: str, default: int) -> int:
    value = number(name, default)
    if not 1 <= value <= LAST_PORT:
        raise SettingWrong(f"{name} is {value}: a port is a number from 1 to {LAST_PORT}.")
    return value


def address(name: str, default: str) -> str:
    """Scheme, host and perhaps a port, in small letters as browsers send them; a / at the end is dropped."""
    value = text(name, default).lower()
    parts = ADDRESS.fullmatch(value)
    if not parts or not 1 <= int(parts["port"] or 1) <= LAST_PORT:
        raise SettingWrong(f"{name} is {value!r}: write an address such as https://portal.example.org, without a path.")
    return value.rstrip("/")


def url(name: str, default: str) -> str:
    """An address that may have a path, as it is written; a / at the end is dropped."""
    value = text(name, default)
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise SettingWrong(f"{name} is {value!r}: write an address that begins with https:// or http://.")
    return value.rstrip("/")


def issuer(name: str, default: str) -> str:
    """An OpenID issuer, letter by letter as its own discovery document says it: a / at the end belongs to it."""
    url(name, default)
    return text(name, default)


def path(name: str, default: str) -> str:
    value = text(name, default)
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", value):
        raise SettingWrong(f"{name} is {value!r}: write a path such as {default}.")
    return value


def tenants(name: str) -> list[str]:
    """Ids of tenants, never the words that stand for all of them: anybody can make a tenant."""
    found = [value.lower() for value in words(name)]
    for value in found:
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            raise SettingWrong(
                f"{name} has {value!r}: write ids of tenants, such as 72f988bf-0000-4000-8000-2d7cd0110000."
            )
    return found


def sign_out(name: str, tenants: list[str]) -> list[str]:
    """`yes` for all providers, `no` for none, or those tenants of Entra of which it is so."""
    found = [value.lower() for value in words(name)] or ["yes"]
    if found not in (["yes"], ["no"]) and not set(found) <= set(tenants):
        raise SettingWrong(f"{name} is {text(name)!r}: write yes, no, or some of the tenants you named.")
    return found


def words(name: str) -> list[str]:
    """Values separated by commas or blanks."""
    return text(name).replace(",", " ").split()


def choice(name: str, allowed: set[str], default: str) -> str:
    value = text(name, default).lower()
    if value not in allowed:
        raise SettingWrong(f"{name} is {value!r}: write one of {', '.join(sorted(allowed))}.")
    return value


def zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingWrong(f"{name} is {value!r}: write a time zone, such as Europe/Berlin.") from error
    return value


def secret_key(*, make: bool) -> str:
    """GATEHOUSE_SECRET_KEY, else the `key` file of the data folder, made on the first use unless `make` is False."""
    if key := text("GATEHOUSE_SECRET_KEY"):
        return key
    path = DATA / "key"
    if not path.exists() and make:
        _write_key(path)
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def make_data_folder() -> None:
    try:
        DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingWrong(f"The data folder {DATA} (GATEHOUSE_DATA) cannot be made: {error.strerror}.") from error


def _write_key(path: Path) -> None:
    """Written aside and linked into place, so that two processes that start together agree on one key."""
    make_data_folder()
    aside = path.with_name(f"key.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_text(secrets.token_urlsafe(KEY_BYTES) + "\n", encoding="ascii")
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def write_settings(values: dict[str, str]) -> None:
    """Keep these values in the data folder's settings.env, beside those that stand there."""
    make_data_folder()
    present = read_file(SETTINGS_FILE)
    if present | values != present:
        write_file(SETTINGS_FILE, present | values)
        _values.update(values)


def write_file(path: Path, values: dict[str, str]) -> None:
    """Whole or not at all, readable by its owner alone."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_text(HEADER + "".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    aside.replace(path)
