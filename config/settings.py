"""All settings of the portal, from the environment only. Each is explained in .env.example."""

import os
import secrets
import sys
import tomllib
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from import_export.formats import base_formats

BASE_DIR = Path(__file__).resolve().parent.parent
# Written once, in pyproject.toml; shown in the foot of every page and by /healthz.
PORTAL_VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf8"))["project"]["version"]
ENVIRONMENTS = ("production", "local", "test")
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "CELERY_BROKER_URL")

env = environ.Env()
# A machine may hold the .env of the real portal; a local run or the tests must never reach its database.
if os.environ.get("PORTAL_ENV") not in ("local", "test"):
    env.read_env(BASE_DIR / ".env")

PORTAL_ENV = env.str("PORTAL_ENV", default="production")
IS_PRODUCTION = PORTAL_ENV == "production"
IS_TEST = PORTAL_ENV == "test"


def refuse_if_incomplete() -> None:
    """Name everything that is missing at once, so that nobody has to start the portal five times."""
    if PORTAL_ENV not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"PORTAL_ENV phải là một trong: {', '.join(ENVIRONMENTS)}.")
    if not IS_PRODUCTION:
        return
    missing = [name for name in REQUIRED_IN_PRODUCTION if not env.str(name, default="").strip()]
    if missing:
        raise ImproperlyConfigured(
            f"Thiếu {len(missing)} thiết lập bắt buộc: {', '.join(missing)}. "
            "Xem ý nghĩa và giá trị mẫu trong tệp .env.example, rồi ghi vào tệp .env hoặc biến môi trường."
        )


refuse_if_incomplete()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
# Everything can be looked at, nothing changed: while the data is moved, or a restored copy is looked into.
READ_ONLY = env.bool("PORTAL_READ_ONLY", default=False)
PREPARED_STATEMENTS = env.bool("PORTAL_PREPARED_STATEMENTS", default=False)


def local_secret_key() -> str:
    """The key of a local run: made once, kept beside its data, readable by its owner only."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        # Two processes may start at once; linking keeps whichever key came first, whole.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")


def names(variable: str) -> list[str]:
    """A list written with commas; people put spaces after them."""
    return [name.strip() for name in env.list(variable, default=[]) if name.strip()]


def default_secret_key() -> str:
    return "for-tests-only-" * 5 if IS_TEST else local_secret_key()


SECRET_KEY = env.str("SECRET_KEY", default="") or default_secret_key()
DEBUG = env.bool("PORTAL_DEBUG", default=False)
ALLOWED_HOSTS = names("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = names("CSRF_TRUSTED_ORIGINS")

# --- Apps and requests ---

INSTALLED_APPS = [
    "config.apps.PortalConfig",
    "models_registry",
    "assignments",
    "reports",
    "config.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.apps.PortalStaticFilesConfig",
    "import_export",
    "django_htmx",
    "django_filters",
    "simple_history",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reports.web.middleware.CompressionMiddleware",  # outside whatever writes into the page
    "csp.middleware.CSPMiddleware",
    "reports.web.middleware.RequestSizeMiddleware",  # before whatever reads the form
    "assignments.middleware.ReadOnlyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "assignments.middleware.NullCharacterMiddleware",
    "assignments.people.first_password.FirstPasswordMiddleware",
    "assignments.middleware.CurrentPlanMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers for a sign-in the others have let through
]

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
                "reports.pages.context_processors.portal",
            ],
            "builtins": ["reports.templatetags.look", "reports.templatetags.words", "reports.reminders.wording"],
        },
    }
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data ---


def database() -> dict[str, Any]:
    """The database of DATABASE_URL, with what each engine needs under several writers."""
    url = env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"
    config: dict[str, Any] = env.db_url_config(url)
    if config["ENGINE"] != "django.db.backends.sqlite3":
        options = config.setdefault("OPTIONS", {})
        if PREPARED_STATEMENTS:  # docs/adr/0021-statements-may-be-prepared.md
            options |= {"server_side_binding": True, "prepare_threshold": 2}
        if READ_ONLY:
            options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
        return {**config, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    return {
        **config,
        # In SQLite's default mode two writers that both began by reading fail at once, whatever the timeout.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "DEFERRED" if READ_ONLY else "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL" + "; PRAGMA query_only=ON" * READ_ONLY,
        },
        # A file, as in a real run: several connections to one database in memory hide locking faults.
        "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
    }


DATABASES = {"default": database()}

# --- People ---

AUTH_USER_MODEL = "assignments.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is hashed
    "assignments.people.sign_in.ManyNamesBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "assignments.people.sign_in.UnitNameValidator"},
]
if IS_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Both together: a stranger elsewhere cannot lock an officer out, and one office behind one address goes on working.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# What one address may get wrong in that time under all names together: a hundred in an hour.
SIGN_IN_FAILURES_OF_ADDRESS = 25
AXES_RESET_ON_SUCCESS = True
# Otherwise whoever keeps on trying keeps the account locked for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "people/lockout.html"
AXES_CLIENT_IP_CALLABLE = "config.client_ip.client_ip"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # who came from where is personal data; failures are enough to throttle
AXES_VERBOSE = False

# --- Import and export ---

IMPORT_EXPORT_FORMATS = [base_formats.XLSX]
IMPORT_EXPORT_SKIP_ADMIN_EXPORT_UI = True  # a press gives the file; which columns it has is not the user's worry
IMPORT_EXPORT_SKIP_ADMIN_LOG = True  # the history of each row says who changed what

# --- Protection ---

PORTAL_HTTPS = env.bool("PORTAL_HTTPS", default=IS_PRODUCTION)
PORTAL_PROXY_COUNT = env.int("PORTAL_PROXY_COUNT", default=1 if IS_PRODUCTION else 0)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PORTAL_HTTPS
CSRF_COOKIE_SECURE = PORTAL_HTTPS
SECURE_SSL_REDIRECT = PORTAL_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside the machine, where there is no https
if PORTAL_HTTPS:
    SECURE_HSTS_SECONDS = env.int("PORTAL_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if PORTAL_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Files people send ---

# Evidence: the size of one file, and how many one entry may have.
# So long after its period, and after its return, a returned report is chased and then left to the leaders; so long
# after its day a request nobody answers.
RETURNED_WEEKS = max(env.int("PORTAL_RETURNED_WEEKS", default=4), 1)

EVIDENCE_MAX_MB = env.int("PORTAL_EVIDENCE_MAX_MB", default=10)
EVIDENCE_MAX_FILES = env.int("PORTAL_EVIDENCE_MAX_FILES", default=20)
# Files that no report names are kept so long before they go; a sweep that finds a larger share does nothing.
EVIDENCE_QUARANTINE_DAYS = env.int("PORTAL_EVIDENCE_QUARANTINE_DAYS", default=30)
EVIDENCE_SWEEP_MAX_PERCENT = env.int("PORTAL_EVIDENCE_SWEEP_MAX_PERCENT", default=5)
# One request with all its files; never less than one file of evidence with its form.
REQUEST_MAX_MB = max(env.int("PORTAL_REQUEST_MAX_MB", default=60), EVIDENCE_MAX_MB + 1)
REQUEST_MAX_BYTES = REQUEST_MAX_MB * 1024 * 1024
# Without its script the draft of a consolidated report sends two fields a line, and sixty units write 2,000 lines.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Language and time ---

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"

# --- Static files ---

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
PLAIN_STATIC = DEBUG or IS_TEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What people upload is handed out by views that check who asks, never by its address.
    "uploads": {"BACKEND": "assignments.storage.PrivateFiles", "OPTIONS": {"location": "uploads"}},
    "evidence": {"BACKEND": "assignments.storage.PrivateFiles", "OPTIONS": {"location": "evidence"}},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if PLAIN_STATIC
            else "config.static_files.LeanStaticFiles"
        )
    },
}
# Without a collected folder (tests, debugging) files are served from where they lie.
WHITENOISE_USE_FINDERS = PLAIN_STATIC
WHITENOISE_AUTOREFRESH = PLAIN_STATIC

# --- Messages to people outside the portal ---


def portal_url() -> str:
    """Where the links in a message lead; by default the first name the portal answers to."""
    if given := env.str("PORTAL_URL", default="").rstrip("/"):
        return given
    port = env.int("PORT", default=8000)
    return f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PORTAL_HTTPS else f"http://localhost:{port}"


def mail() -> dict[str, Any]:
    """The mail server of EMAIL_URL; a local run writes its letters into files instead of sending them."""
    url = env.str("EMAIL_URL", default="")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}
    config: dict[str, Any] = env.email_url_config(url)
    if config["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        config["EMAIL_BACKEND"] = (
            "reports.reminders.channels.smtp.EmailBackend"  # tells a refused letter from a lost answer
        )
    return config


def webhook_url() -> str:
    """Where messages for Zalo or SMS are handed over; never in the clear, except within this machine."""
    url = env.str("PORTAL_WEBHOOK_URL", default="")
    parts = urlsplit(url)
    is_inside = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if url and not is_inside and parts.scheme != "https":
        raise ImproperlyConfigured("PORTAL_WEBHOOK_URL phải bắt đầu bằng https:// (trừ khi ở ngay trên máy này).")
    if url and len(PORTAL_WEBHOOK_SECRET) < 16:
        raise ImproperlyConfigured("PORTAL_WEBHOOK_URL cần PORTAL_WEBHOOK_SECRET dài ít nhất 16 ký tự để ký.")
    return url


PORTAL_URL = portal_url()
MAIL = mail()
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST = MAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("PORTAL_MAIL_FROM", default="") or f"cong-ke-hoach@{urlsplit(PORTAL_URL).hostname}"
# Without a mail server the real portal writes no letters: they would pile up unread.
PORTAL_MAIL_IS_ON = not IS_PRODUCTION or bool(env.str("EMAIL_URL", default=""))
PORTAL_WEBHOOK_SECRET = env.str("PORTAL_WEBHOOK_SECRET", default="")
PORTAL_WEBHOOK_URL = webhook_url()

# --- Celery ---

PORTAL_TICK_SECONDS = env.int("PORTAL_TICK_SECONDS", default=60)
SCHEDULE_MINUTES = 5

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or "filesystem://localhost"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ALWAYS_EAGER = IS_TEST
CELERY_TASK_EAGER_PROPAGATES = IS_TEST
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Kept in memory: beat is only a tick, so there is no file to lose or to spoil.
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"


def reminding(**when: Any) -> dict[str, Any]:
    """An entry that reminds at the hours the rules have at first; hours changed since are seen to every few minutes."""
    task, expires = "reports.tasks.remind", {"expires": SCHEDULE_MINUTES * 60}
    return {"task": task, "schedule": crontab(**when), "options": expires}


# A tick nobody has fetched in time is worthless; without "expires" a stopped worker would come back to a heap of them.
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {
        "task": "reports.tasks.heartbeat",
        "schedule": PORTAL_TICK_SECONDS,
        "options": {"expires": PORTAL_TICK_SECONDS},
    },
    # Does all that is due, what fell due while nothing ran included; the entries below only see to the exact minute.
    "open-periods": {
        "task": "reports.tasks.run_schedule",
        "schedule": crontab(minute=f"*/{SCHEDULE_MINUTES}"),
        "options": {"expires": SCHEDULE_MINUTES * 60},
    },
    # Asked every hour: what the night missed, because the machine was off, is done within an hour of its coming up.
    "sweep-evidence": {
        "task": "reports.tasks.sweep_evidence",
        "schedule": crontab(minute=30),
        "options": {"expires": 60 * 60},
    },
    "requeue-imports": {
        "task": "assignments.tasks.requeue_imports",
        "schedule": PORTAL_TICK_SECONDS,
        "options": {"expires": PORTAL_TICK_SECONDS},
    },
    "weekly-reminders": reminding(minute=0, hour="8,15", day_of_week="mon,tue"),
    "monthly-reminders": reminding(minute=0, hour=8, day_of_month="10-14"),
    "chasers": reminding(minute=0, hour=8),
    "agency-digest": reminding(minute=0, hour=18),
    "retry-sweep": {"task": "reports.tasks.deliver", "schedule": crontab(), "options": {"expires": 60}},
}
# Not sent when beat starts: that may be the moment before a database is restored beside its files.
NOT_AT_START = ("sweep-evidence",)
if READ_ONLY:
    CELERY_BEAT_SCHEDULE = {}


def filesystem_broker() -> dict[str, Any]:
    """The folders in which the broker of a local run keeps its messages."""
    queue, control = DATA_DIR / "broker" / "queue", DATA_DIR / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {"data_folder_in": str(queue), "data_folder_out": str(queue), "control_folder": str(control)}


CELERY_BROKER_TRANSPORT_OPTIONS = filesystem_broker() if CELERY_BROKER_URL.startswith("filesystem") else {}

# --- Logging: to standard error, without personal data ---

LOG_STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]
LOG_RENDERER: Any = (
    structlog.processors.JSONRenderer(ensure_ascii=False)
    if IS_PRODUCTION
    # Without the values of variables, which a prettier traceback would show: they are personal data.
    else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "portal": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_STEPS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # The console shows a traceback by itself; JSON needs it as text.
                *([structlog.processors.format_exc_info] if IS_PRODUCTION else []),
                LOG_RENDERER,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "portal"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO" if IS_PRODUCTION else "WARNING")},
    "loggers": {
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        # Its warnings carry user names and addresses.
        "axes": {"level": "ERROR"},
        # A line for every tick would bury the rest.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        *LOG_STEPS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
