"""All settings, once. It refuses to start on a missing secret or a weakened switch."""

import sys
from pathlib import Path

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = env.folder("EVIDENCE_VAR", BASE_DIR / "var")
KEYS = env.folder("EVIDENCE_KEYS", VAR / "keys")
SITE_KIND = env.kept_choice("EVIDENCE_SITE_KIND", VAR / "site_kind", "production", ("production", "demo", "test"))
SITE_ZONE = env.text("EVIDENCE_SITE_ZONE", "Europe/Berlin")
SITE_NAME = env.text("EVIDENCE_SITE_NAME", "EVidence")

SECRET_KEY = env.secret("EVIDENCE_SECRET_KEY", KEYS / "secret.txt")
DEBUG = False
HOST = env.text("EVIDENCE_HOST", "127.0.0.1")
PORT = env.whole("EVIDENCE_PORT", 8000, low=1)
ALLOWED_HOSTS = [h for h in env.text("EVIDENCE_ALLOWED_HOSTS", f"{HOST},localhost").split(",") if h]
BEHIND_TLS = env.flag("EVIDENCE_BEHIND_TLS", default=False)
CSRF_TRUSTED_ORIGINS = [o for o in env.text("EVIDENCE_ORIGINS").split(",") if o]

INSTALLED_APPS = [
    "compliance",  # before auth: `createsuperuser` is refused by ours
    "resources",
    "donors",
    "batches",
    "qc",
    "release",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "django_htmx",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "compliance.middleware.SessionGuard",
    "compliance.middleware.RefusalAnswers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "compliance.context.frame",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Database. SQLite unless DATABASE_URL is set; the owner's URL is for `migrate` alone.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR / "evidence.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
POSTGRES = env.postgres("DATABASE_URL")
APP_ROLE = str((POSTGRES or {}).get("USER", ""))
DATABASE_OWNER = env.postgres("DATABASE_OWNER_URL")  # for `migrate`, and to copy the database out and in
if sys.argv[1:2] == ["migrate"]:
    # The application's role owns no table: it can neither drop a guard nor switch one off.
    POSTGRES = DATABASE_OWNER or POSTGRES
DATABASES = {"default": {**POSTGRES, "OPTIONS": {"pool": True}, "CONN_MAX_AGE": 0} if POSTGRES else SQLITE}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ACT_LOCK = VAR / "act.lock"
HEADS_FILE = VAR / "heads.jsonl"
# Where each hourly seal goes besides: what stands there cannot be taken back with the database (docs/proof.md).
HEADS_MAIL = [one.strip() for one in env.text("EVIDENCE_HEADS_MAIL").split(",") if one.strip()]
HEADS_URL = env.text("EVIDENCE_HEADS_URL")
EMAIL_HOST = env.text("EVIDENCE_MAIL_HOST", "localhost")
EMAIL_PORT = env.whole("EVIDENCE_MAIL_PORT", 25, low=1)
EMAIL_HOST_USER = env.text("EVIDENCE_MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EVIDENCE_MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("EVIDENCE_MAIL_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EVIDENCE_MAIL_FROM", "evidence@localhost")
FILES = env.folder("EVIDENCE_FILES", VAR / "files")

# History: never off, never reverted.
SIMPLE_HISTORY_ENABLED = True
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = False

# People
AUTH_USER_MODEL = "compliance.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "compliance.backends.PersonBackend"]
PASSWORD_HASHERS = ["compliance.hashers.SigningHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "printed_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "compliance:login"
LOGIN_REDIRECT_URL = "batches:board"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = None  # an administrator unlocks, with a reason (R120)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "compliance.backends.folded_username"
# W006 asks for the address as well; a locked person is locked from everywhere, on purpose (SIG-11).
# W021 asks for preloading, which whoever owns the domain decides for all of it.
SILENCED_SYSTEM_CHECKS = ["axes.W006", "security.W021"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
IDLE_SECONDS = env.whole("EVIDENCE_IDLE_SECONDS", 900, low=5)
SESSIONS_PER_PERSON = env.whole("EVIDENCE_SESSIONS_PER_PERSON", 1, low=0)  # 0: any number, each on record
ACCESS_REVIEW_DAYS = env.whole("EVIDENCE_ACCESS_REVIEW_DAYS", 180, low=1)  # R205: recurrent, with sign-off
# From elsewhere a second factor is asked for at the door (R207); "always" asks for it everywhere.
TRUSTED_NETWORKS = env.networks(
    "EVIDENCE_TRUSTED_NETWORKS", "127.0.0.0/8, ::1/128, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"
)
PROXIES = env.networks("EVIDENCE_PROXIES", "")  # whose X-Forwarded-For is believed; nobody else's is
SECOND_FACTOR = env.choice("EVIDENCE_SECOND_FACTOR", "outside", ("outside", "always"))
SECOND_FACTOR_SECONDS = 300  # between the password and the second factor
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "compliance.middleware.forged"
# Two sites on one machine (a test and a demo) share host cookies; the port keeps them apart.
SESSION_COOKIE_NAME = f"evidence_{PORT}"
CSRF_COOKIE_NAME = f"evidence_csrf_{PORT}"
CHALLENGE_SECONDS = 60

# Transport and content
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_TLS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.folder("EVIDENCE_STATIC", VAR / "static")
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

# Time: UTC stored, the site's zone shown, ISO dates everywhere.
USE_TZ = True
TIME_ZONE = SITE_ZONE
USE_I18N = True
USE_L10N = False
LANGUAGE_CODE = "en"
DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
USE_THOUSAND_SEPARATOR = False

# Jobs: Redis when REDIS_URL is set, else a broker of plain files.
REDIS_URL = env.text("REDIS_URL")
BROKER_FOLDER = VAR / "broker"
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Longer than the hard limit, or a long job is handed out twice.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": CELERY_TASK_TIME_LIMIT + 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    }
else:
    CELERY_BROKER_URL = "evidence-files://"  # config/file_broker.py
    for _name in ("queue", "control", "done"):
        (BROKER_FOLDER / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_FOLDER / "queue"),
        "data_folder_out": str(BROKER_FOLDER / "queue"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "processed_folder": str(BROKER_FOLDER / "done"),
        "store_processed": False,
        "polling_interval": 0.02,
    }
SEAL_PKCS12 = env.text("EVIDENCE_SEAL_PKCS12")  # a production site seals with its own key
SEAL_PASSPHRASE = env.text("EVIDENCE_SEAL_PASSPHRASE")
TSA_URL = env.text("EVIDENCE_TSA_URL")  # an RFC 3161 authority; without one the seal states no trusted time
TSA_ROOTS = env.text("EVIDENCE_TSA_ROOTS")  # PEM file of the roots its certificate must lead to
OUTBOX_LEASE_SECONDS = CELERY_TASK_TIME_LIMIT + 60
OUTBOX_ATTEMPTS = 5

QUIET = ("weasyprint", "weasyprint.progress", "fontTools", "pyhanko", "axes")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"links": {"()": "config.logs.WithoutLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}},
    # The development server has a handler of its own, which would print one-time links.
    "loggers": {
        **{name: {"level": "WARNING"} for name in QUIET},
        "django.server": {"handlers": ["console"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env.text("EVIDENCE_LOG_LEVEL", "INFO")},
}
