"""Every setting of Ringside, read top to bottom; what differs between machines is an environment variable.

Each variable is documented in docs/operations.md.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from environs import Env, validate

from config import policies, prices, schema, theme

env = Env(expand_vars=False)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))

# ---- security -------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# A site that is reached over https says so everywhere; a laptop on http://localhost must stay usable.
IS_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", IS_HTTPS)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
if IS_HTTPS:
    SESSION_COOKIE_NAME = "__Host-sessionid"  # no neighbor under the same domain can plant one
X_FRAME_OPTIONS = "DENY"
# Nothing but our own files, nothing inline, nobody frames us; config/headers.py loosens it for the theme's pages.
CONTENT_SECURITY_POLICY = {"DIRECTIVES": policies.EVERYWHERE}
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ---- the house ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "crm",
    "telephony",
    "analysis",
    "calltracking",
]

MIDDLEWARE = [
    # First, so that no answer leaves without its headers, errors and static files included.
    "config.headers.HeadersMiddleware",
    "crm.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "telephony.door.straight.StraightToTheDoor",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Finds the API key and counts, outside the company's transaction.
    "crm.api.gate.ApiGate",
    # It opens the company's transaction, and session and log-in must be settled outside it.
    "crm.middleware.CompanyMiddleware",
    # It knows by now who is asked for a second factor.
    "crm.two_factor.TwoFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# ---- databases ------------------------------------------------------------------------------------------------

# `default` is the application's role, bound by the policies; `owner` owns the tables and only migrates.
_CONNECTION: dict[str, Any] = {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES: dict[str, Any] = {
    "default": {**env.dj_db_url("DATABASE_URL"), **_CONNECTION, "TEST": {"MIRROR": "owner"}},
}
if env.str("DATABASE_OWNER_URL", ""):
    DATABASES["owner"] = env.dj_db_url("DATABASE_OWNER_URL")
for _database in DATABASES.values():
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)
DATABASE_ROUTERS = ["config.routers.OwnerMigrates"]
SEARCH_ROLE = env.str("DATABASE_SEARCH_ROLE", "rs_search")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- queue ----------------------------------------------------------------------------------------------------

# Without Redis the sweeper alone does the work: rows are the work list, the queue is a hint.
REDIS_URL = env.str("REDIS_URL", "")
LEASE_SECONDS = env.int("LEASE_SECONDS", 60)
# Who works longer than this on one row is ended, and the row counts one attempt.
WORK_SECONDS = env.int("WORK_SECONDS", 300)
# How long the sweeper leaves a fresh row to the queue's workers before it takes it itself.
SWEEP_GRACE_SECONDS = env.float("SWEEP_GRACE_SECONDS", 0.5 if REDIS_URL else 0.0)
SWEEP_EVERY_SECONDS = env.float("SWEEP_EVERY_SECONDS", 5.0)

# Counts requests and attempts, and keeps the API's schema. Without Redis each process does so by itself, but for the
# API's counts (crm/limits.py).
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "crm.caching.ForgivingRedis",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ringside",
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# ---- people ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "crm.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# The answer to a reset never tells whether the address is known.
ACCOUNT_PREVENT_ENUMERATION = True
# allauth counts in the cache, which may be away or one process's own; we count in PostgreSQL (docs/decisions/0013).
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "reset_password": "crm.accounts.AskForMail",
    "change_password": "crm.accounts.AskForOldPassword",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)
MFA_ADAPTER = "crm.two_factor.TwoFactorAdapter"
MFA_FORMS = {
    "authenticate": "crm.two_factor.AskForCode",
    "reauthenticate": "crm.two_factor.AskForCodeAgain",
    "activate_totp": "crm.two_factor.AskForFirstCode",
    "add_webauthn": "crm.two_factor.AddKey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Phones' clocks differ: the codes before and after are taken too, each once.
MFA_TOTP_TOLERANCE = 1
# People come by invitation, to an e-mail that somebody of the company entered; there is nothing to verify.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers offer passkeys on localhost without https, and nowhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

_EMAIL: dict[str, Any] = env.dj_email_url("EMAIL_URL", "console:")
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = _EMAIL["EMAIL_HOST"] or ""
EMAIL_PORT = _EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _EMAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _EMAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Ringside <ringside@localhost>")

# ---- words and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

# ---- files ----------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names need `collectstatic`, which the image runs; a laptop and the tests serve the files as they lie.
HASHED_STATIC = env.bool("HASHED_STATIC", False)
STATIC_ROOT = BASE_DIR / "staticfiles" if HASHED_STATIC else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC

# ---- how calls reach us ---------------------------------------------------------------------------------------

WEBHOOK_MAX_BYTES = env.int("WEBHOOK_MAX_BYTES", 25 * 1024 * 1024)
# How many proxies of our own stand before us: so many entries of X-Forwarded-For, from the right, are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
# What may wait on disk, in VAR_DIR/spool, while PostgreSQL is away.
SPOOL_MAX_BYTES = env.int("SPOOL_MAX_BYTES", 1024 * 1024 * 1024)
# The longest file of contacts that may be sent; how many rows it has does not matter.
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 200 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "crm.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# How long the bodies of deliveries that are done with are kept; the calls they told of stay.
KEEP_DELIVERIES_DAYS = env.int("KEEP_DELIVERIES_DAYS", 30)
# Places at which a process dies, for tests alone (crm/failpoints.py).
FAILPOINTS: list[str] = env.list("FAILPOINTS", []) if DEBUG or env.bool("TESTING", False) else []
# The first account of a fresh install, in the company of this name; later ones are entered in the admin.
COMPANY_NAME = env.str("COMPANY_NAME", "")
ELEVENLABS_API_KEY = env.str("ELEVENLABS_API_KEY", "")
ELEVENLABS_AGENT_IDS: list[str] = env.list("ELEVENLABS_AGENT_IDS", [])
ELEVENLABS_WEBHOOK_SECRET = env.str("ELEVENLABS_WEBHOOK_SECRET", "")
ELEVENLABS_REGION = env.str("ELEVENLABS_REGION", "")
# For tests: another address for the provider, on this machine only.
ELEVENLABS_BASE_URL = env.str("ELEVENLABS_BASE_URL", "")
# What companies founded from now on start with; those there are have their own switches (Company in the admin).
AUTO_ANALYZE_CALLS = env.bool("AUTO_ANALYZE_CALLS", True)
AUTO_CREATE_LEADS = env.bool("AUTO_CREATE_LEADS", True)
# How many calls the demo company has that `up` brings.
DEMO_CALLS = env.int("DEMO_CALLS", 2_160)

# ---- how conversations are read -------------------------------------------------------------------------------

# What new companies want to know from their calls, unless they are founded with a preset of their own.
EXTRACTION_PRESET = env.str(
    "EXTRACTION_PRESET", "", validate=validate.OneOf(["", "b2b_sales", "real_estate", "home_services"])
)
ANALYSIS_BACKEND = env.str("ANALYSIS_BACKEND", "builtin", validate=validate.OneOf(["builtin", "openai"]))
# Nothing is sent to anybody unless the backend above is `openai`; a server of one's own may need no key.
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
OPENAI_MODEL = env.str("OPENAI_MODEL", "gpt-5.4-mini", validate=validate.Length(min=1, max=100))
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", "")
# Shorter than a lease, or a second worker would ask the same.
OPENAI_TIMEOUT_SECONDS = min(env.float("OPENAI_TIMEOUT_SECONDS", 45.0), max(LEASE_SECONDS - 10.0, 1.0))
# What one request holds of a conversation; a longer one is read in several.
OPENAI_WINDOW_TOKENS = env.int("OPENAI_WINDOW_TOKENS", 8_000, validate=validate.Range(min=500))
# More than that is neither asked for one call, nor for one company in a day of its clocks.
OPENAI_TOKENS_PER_CALL = env.int("OPENAI_TOKENS_PER_CALL", 120_000)
OPENAI_TOKENS_PER_DAY = env.int("OPENAI_TOKENS_PER_DAY", 5_000_000)
OPENAI_COST_PER_DAY = env.decimal("OPENAI_COST_PER_DAY", Decimal(5))
OPENAI_CURRENCY = env.str("OPENAI_CURRENCY", "USD", validate=validate.Length(equal=3))
OPENAI_PRICES = {**prices.PRICES, **prices.read(env.list("OPENAI_PRICES", []))}

# ---- API ------------------------------------------------------------------------------------------------------

# For each key and each person; and for each address that comes with neither.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 600)
API_REQUESTS_PER_MINUTE_WITHOUT_KEY = env.int("API_REQUESTS_PER_MINUTE_WITHOUT_KEY", 100)
REST_FRAMEWORK = schema.REST_FRAMEWORK
SPECTACULAR_SETTINGS = schema.SPECTACULAR_SETTINGS

# The pages of a failure with DEBUG hide what Django hides, and addresses that may hold a password.
DEFAULT_EXCEPTION_REPORTER_FILTER = "crm.logs.FailurePageWithoutSecrets"

# ---- look -----------------------------------------------------------------------------------------------------

UNFOLD = theme.UNFOLD

# ---- logs -----------------------------------------------------------------------------------------------------

# One line for people, or JSON for a collector of logs; both say neither what a caller said nor who it was.
LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "crm.logs.Line"}, "json": {"()": "crm.logs.JsonLine"}},
    "filters": {"without_data": {"()": "crm.logs.FailureWithoutData"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["without_data"]},
        "django.server": {"level": "ERROR"},
        # At DEBUG the model's client and its transport tell addresses and headers.
        **{name: {"level": "WARNING"} for name in ("openai", "httpx2", "httpcore2")},
        # Django hands its own DEBUG reports, with their data, to handlers of its own; ours are enough.
        "django": {"handlers": [], "propagate": True},
    },
}
