"""The portal's own settings, with a data folder that nobody else uses and none of the developer's own values."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

for _name in list(os.environ):
    if _name.startswith(("GATEHOUSE_", "EMAIL_", "CERT_")):
        del os.environ[_name]
if (ROOT / ".env").exists():
    for _line in (ROOT / ".env").read_text().splitlines():
        if "=" in _line and not _line.startswith("#"):
            os.environ.setdefault(_line.partition("=")[0].strip(), "")  # empty wins over .env, and means the default

os.environ["GATEHOUSE_DATA"] = tempfile.mkdtemp(prefix="gatehouse-tests-")
(Path(os.environ["GATEHOUSE_DATA"]) / "static").mkdir()  # WhiteNoise warns where it is absent
atexit.register(shutil.rmtree, os.environ["GATEHOUSE_DATA"], ignore_errors=True)

from gatehouse.config.settings import *  # noqa: E402, F403  # after the environment is ready

# What a page asks of the database must not hang on what was asked before.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *PASSWORD_HASHERS[1:]]  # noqa: F405
