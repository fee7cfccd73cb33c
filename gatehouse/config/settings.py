"""All settings, one file. docs/reference/settings.md lists each; a test compares the two."""

from datetime import timedelta
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from gatehouse.config import env

DATA_DIR = env.DATA
ROOT_DIR = env.ROOT
PACKAGE_DIR = ROOT_DIR / "gatehouse"

# --- who and where -------------------------------------------------------------------------------
BASE_URL = env.address("GATEHOUSE_BASE_URL", env.text("GATEHOUSE_LISTENS_AT", "http://127.0.0.1:8000"))
MODE = env.choice(
    "GATEHOUSE_MODE", {"demo", "local", "production"}, "production" if BASE_URL.startswith("https:") else "local"
)
IS_PRODUCTION = MODE == "production"
DEBUG = env.flag("GATEHOUSE_DEBUG")
SECRET_KEY = env.secret_key(make=not IS_PRODUCTION)
TIME_ZONE = env.zone("GATEHOUSE_TIME_ZONE", "UTC")
USE_TZ = True
LANGUAGE_CODE = env.text("GATEHOUSE_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "gatehouse_language"

_base = urlsplit(BASE_URL)
IS_HTTPS = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname or "127.0.0.1", *env.words("GATEHOUSE_ALLOWED_HOSTS")]
if not IS_PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.words("GATEHOUSE_TRUSTED_PROXIES")

# --- database ------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'gatehouse.db'}")
if not DATABASE_URL.startswith(("sqlite:", "postgres:", "postgresql:")):
    raise env.SettingWrong("DATABASE_URL must begin with sqlite:/// or postgres://")
_database = dj_database_url.parse(DATABASE_URL)
if _database["ENGINE"].endswith("sqlite3"):
    _database |= {
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728; "
            "PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;",
        }
    }
_database |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": _database}

# --- apps and requests ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "gatehouse.web",
    "gatehouse.identity",
    "gatehouse.identity.oidc",
    "gatehouse.helpdesk",
    "gatehouse.passes",
    "gatehouse.mail",
    "gatehouse.people",
    "gatehouse.journal",
    "gatehouse.core",
    "django.forms",
    "gatehouse.identity.admin_app.OwnersAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "gatehouse.config",
]
MIDDLEWARE = [
    "gatehouse.web.health.Probes",
    "gatehouse.helpdesk.live.LivePlaces",
    "gatehouse.core.middleware.TrustedProxies",
    "gatehouse.core.middleware.RequestLog",
    "gatehouse.identity.oidc.door.Door",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gatehouse.identity.middleware.FirstRun",
    "gatehouse.helpdesk.kiosk.StaysAtTheDesk",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gatehouse.web.middleware.BodyLimit",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gatehouse.identity.middleware.FobsAreWeak",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "gatehouse.config.urls"
WSGI_APPLICATION = "gatehouse.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gatehouse.web.context.page",
            ],
            "builtins": ["gatehouse.web.templatetags.parts"],
        },
    }
]
FORM_RENDERER = "gatehouse.web.forms.Renderer"
CSRF_FAILURE_VIEW = "gatehouse.web.views.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_LIMIT = env.number("GATEHOUSE_UPLOAD_LIMIT_MB", 50) * 1_000_000

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
DOCS_DIR = ROOT_DIR / "docs"
DEMO_DIR = ROOT_DIR / "demo"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gatehouse.web.storage.Static"},
}

# --- sign-in -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "gatehouse.identity.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # ours count in the database, see core.limits
MFA_ADAPTER = "gatehouse.identity.mfa.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # recovery codes are our own rows
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "gatehouse.identity.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())  # without being used
SESSION_LONGEST_AGE = int(timedelta(days=90).total_seconds())  # however much it is used
CODES_PER_ADDRESS = env.number("GATEHOUSE_CODES_PER_ADDRESS", 5)  # in 12 hours, and one a minute
CODES_PER_NETWORK = env.number("GATEHOUSE_CODES_PER_NETWORK", 30)  # in 12 hours
PASSWORDS_PER_ADDRESS = env.number("GATEHOUSE_PASSWORDS_PER_ADDRESS", 10)  # tries in an hour
PASSWORDS_PER_NETWORK = env.number("GATEHOUSE_PASSWORDS_PER_NETWORK", 60)  # tries in 12 hours
SECOND_STEPS_PER_PERSON = env.number("GATEHOUSE_SECOND_STEPS_PER_PERSON", 10)  # tries in an hour
PRIVATE_SERVICES = env.words("GATEHOUSE_PRIVATE_SERVICES")  # host or host:port, told of sign-outs within the house
CLIENT_REGISTRATION = env.flag("GATEHOUSE_CLIENT_REGISTRATION")  # services register themselves, by a token of staff
UPSTREAM_TENANTS = env.tenants("GATEHOUSE_UPSTREAM_TENANTS")  # of Microsoft Entra; "" is another OpenID provider
UPSTREAM_NAME = env.text("GATEHOUSE_UPSTREAM_NAME", "Microsoft" if UPSTREAM_TENANTS else "OpenID")
_authority = "https://login.microsoftonline.com" if UPSTREAM_TENANTS else BASE_URL
UPSTREAM_ISSUER = env.issuer("GATEHOUSE_UPSTREAM_ISSUER", _authority)
UPSTREAM_CLIENT_ID = env.text("GATEHOUSE_UPSTREAM_CLIENT_ID")  # "" asks no upstream
UPSTREAM_SECRET = env.text("GATEHOUSE_UPSTREAM_SECRET")
UPSTREAM_CERTIFICATE = env.text("GATEHOUSE_UPSTREAM_CERTIFICATE")  # file with certificate and key, instead of a secret
UPSTREAM_PATH = env.path("GATEHOUSE_UPSTREAM_PATH", "/sign-in/upstream/back")
UPSTREAM_FIRST = env.flag("GATEHOUSE_UPSTREAM_FIRST")  # protected pages lead there at once
UPSTREAM_SIGN_OUT = env.sign_out("GATEHOUSE_UPSTREAM_SIGN_OUT", UPSTREAM_TENANTS)  # signing out here goes on there
UPSTREAM_SOURCE = env.text("GATEHOUSE_UPSTREAM_SOURCE")  # external ids of this source are the upstream's own

# --- mail ----------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL", "file:")
MAIL_FROM = env.text("GATEHOUSE_MAIL_FROM", f"no-reply@{_base.hostname or 'localhost'}")
MAIL_RETURN_PATH = env.text("GATEHOUSE_MAIL_RETURN_PATH", MAIL_FROM)
MAIL_HOLD_UNSURE = env.words("GATEHOUSE_MAIL_HOLD_UNSURE")  # classes: what may have arrived waits for a person
MAIL_KEEP_DAYS = env.number("GATEHOUSE_MAIL_KEEP_DAYS", 30)
MAIL_RATE = env.number("GATEHOUSE_MAIL_RATE", 0)  # letters to many, a minute; 0 is as fast as it goes
MAIL_CONNECTIONS = env.number("GATEHOUSE_MAIL_CONNECTIONS", 0)  # at one time; 0 is one for each worker

# --- wallets -------------------------------------------------------------------------------------
APNS = env.text("GATEHOUSE_APNS")  # where pushes go; "" is Apple, and the file for a test certificate
if APNS not in {"", "file:"} and not (APNS := env.address("GATEHOUSE_APNS", APNS)).startswith("https:"):
    raise env.SettingWrong(f"GATEHOUSE_APNS is {APNS!r}: write https://host:port, or file: for a file of pushes.")
APNS_CA = env.text("GATEHOUSE_APNS_CA")  # file of certificates to trust there; "" is the system's
APNS_PUSH_TYPE = env.text("GATEHOUSE_APNS_PUSH_TYPE")  # not established for passes, so not said
APNS_PRIORITY = env.text("GATEHOUSE_APNS_PRIORITY")
GOOGLE_REST = env.url("GATEHOUSE_GOOGLE_REST", "https://walletobjects.googleapis.com/walletobjects/v1")
GOOGLE_TOKEN = env.url("GATEHOUSE_GOOGLE_TOKEN", "https://oauth2.googleapis.com/token")
GOOGLE_SAVE = env.url("GATEHOUSE_GOOGLE_SAVE", "https://pay.google.com/gp/v/save")
GOOGLE_KEYS = env.url("GATEHOUSE_GOOGLE_KEYS", "https://pay.google.com/gp/m/issuer/keys")

# --- safety --------------------------------------------------------------------------------------
_prefix = "__Host-" if IS_HTTPS else ""  # browsers refuse the prefix without https
SESSION_COOKIE_NAME = f"{_prefix}gatehouse_session"
CSRF_COOKIE_NAME = f"{_prefix}gatehouse_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # subdomains are the organisation's to decide
    "security.W021",  # preloading too
]

# --- jobs and logs -------------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "long"],
    }
}
_level = env.choice("GATEHOUSE_LOG_LEVEL", {"debug", "info", "warning", "error"}, "warning")
LOG_FILE = DATA_DIR / "log" / "gatehouse.log"
if env.choice("GATEHOUSE_LOG", {"stderr", "file"}, "stderr") == "file":
    LOG_FILE.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _log = {"class": "logging.handlers.WatchedFileHandler", "filename": LOG_FILE, "formatter": "json", "delay": True}
else:
    _log = {"class": "logging.StreamHandler", "formatter": "json"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "gatehouse.core.logs.JsonLines"}},
    "handlers": {"log": _log},
    "root": {"handlers": ["log"], "level": _level.upper()},
    "loggers": {
        "gatehouse": {"level": "INFO"},
        "gatehouse.requests": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.db.backends": {"level": "INFO"},  # its debug lines are statements with their values
        "django.template": {"level": "INFO"},  # and its own are full of contexts
        "django_tasks_db": {"level": "ERROR"},
        "authlib": {"level": "WARNING"},  # its debug lines are whole tokens
        "fido2": {"level": "WARNING"},  # its lines name passkeys
        "hpack": {"level": "INFO"},  # its debug lines are headers, with tokens in them
        "httpx": {"level": "WARNING"},  # its lines name addresses that we call, and ids in them
        "httpcore": {"level": "WARNING"},
    },
}
