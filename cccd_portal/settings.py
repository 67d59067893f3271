"""Settings of the portal. One file, grouped by heading; every value that differs between machines comes
from the environment (see `.env.example`), and a missing secret stops the start.

`make run` and `make test` write what a developer's machine needs into `$LOCAL_DIR/services.env`; it is read
here so that `manage.py` run by hand finds the same private servers.
"""

from datetime import time, timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.templatetags.static import static
from django.urls import reverse_lazy

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def env_bool(name: str, *, default: bool) -> bool:
    return env.bool(name, default=default)


def env_int(name: str, *, default: int) -> int:
    return env.int(name, default=default)


def env_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of `choices`, the first where none is named; any other word stops the start."""
    value = env.str(name, default="") or choices[0]
    if value not in choices:
        raise environ.ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}")
    return value


def env_needed(name: str) -> str:
    """A value that nothing can stand in for; an empty or missing one stops the start with its name."""
    value = env.str(name, default="")
    if not value:
        raise environ.ImproperlyConfigured(f"Set the environment variable {name} (see .env.example)")
    return value


def env_secret(name: str) -> str:
    return env_needed(name)


LOCAL_DIR = Path(env.str("LOCAL_DIR", default=str(BASE_DIR / ".local"))).resolve()
if (LOCAL_DIR / "services.env").exists():
    environ.Env.read_env(str(LOCAL_DIR / "services.env"))

# --- What kind of machine this is ----------------------------------------------------------------

# Demo relaxes nothing by itself: it only allows the sandbox and the demo data to be loaded.
DEMO = env_bool("DEMO", default=False)
DEBUG = False
SECRET_KEY = env_secret("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
# How many proxies of ours stand before the web process; decides which address a throttle counts.
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", default=0)

# --- Applications ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cccd_portal.apps.PortalConfig",
    "unfold.apps.BasicAppConfig",
    "cccd_portal.apps.OfficersSideConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "zalo",
    "agencies",
    "accounts",
    "notifications",
    "dossiers",
    "booking",
    "faq",
]
MIDDLEWARE = [
    "core.middleware.RequestId",
    "core.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.middleware.ReadableAddress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.officer_browser.OfficerSessions",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cccd_portal.officers.Officers",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.middleware.RefusalPages",
]
ROOT_URLCONF = "cccd_portal.urls"
WSGI_APPLICATION = "cccd_portal.wsgi.application"
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
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db("DATABASE_URL"),
        "CONN_MAX_AGE": env_int("DATABASE_CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # A lock that is not had in five seconds becomes one retry, then 503 (docs/decisions/0002).
            "options": "-c lock_timeout=5s -c statement_timeout=60s -c timezone=UTC",
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Officer"
LOGIN_REDIRECT_URL = "/admin/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]


# --- How officers sign in (docs/decisions/0018) -----------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.OfficerBackend"]
# Whether every officer needs a second factor. Who has set one up is asked for it in any case.
OTP_REQUIRED = env_bool("OTP_REQUIRED", default=not DEMO)
OFFICER_SESSION_LIFETIME = timedelta(hours=10)
OFFICER_SESSION_IDLE = timedelta(minutes=env_int("OFFICER_IDLE_MINUTES", default=30))
# Wrong passwords, counted in the database: Redis may be down. More of it in accounts/lockout.py.
AXES_HANDLER = "accounts.lockout.OfficersLockout"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.address"
AXES_LOCKOUT_CALLABLE = "cccd_portal.sign_in_views.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        # Nothing in Redis is the only copy, and nobody waits for it.
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2},
    },
}

# Personal data at rest. The first key encrypts, every key decrypts: add a new one in front, run
# `manage.py rotate_encryption`, drop the old one. The index key has no rotation online: two hashes of one
# identity number would defeat the unique index.
FIELD_ENCRYPTION_KEYS = [key for key in env_secret("FIELD_ENCRYPTION_KEYS").split(",") if key]
INDEX_KEY = env_secret("INDEX_KEY")

# Papers that citizens attach to dossiers. A server must name it: it is to outlive updates and be backed up.
ATTACHMENTS_DIR = env.str("ATTACHMENTS_DIR", default="") or (
    str(LOCAL_DIR / "attachments") if DEMO else env_needed("ATTACHMENTS_DIR")
)

# --- Time and language ------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["cccd_portal.formats"]
# What the admin and its theme have not put into Vietnamese (`python -m tools.messages` compiles it).
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Web --------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static"))
STATICFILES_DIRS: list[Path] = [BASE_DIR / "static"] if (BASE_DIR / "static").exists() else []
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What comes here is encrypted already, under a random name; nothing of it has an address on the web.
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": ATTACHMENTS_DIR,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": env.str(
            "STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
HTTPS = env_bool("HTTPS", default=not DEMO)
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "officer_session"
SESSION_COOKIE_AGE = int(OFFICER_SESSION_LIFETIME.total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cccd_portal.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# What citizens and officers hand in never touches a disk in the clear.
FILE_UPLOAD_HANDLERS = ["core.uploads.InMemory"]

CORS_ALLOWED_ORIGINS = [
    "https://h5.zdn.vn",
    "zbrowser://h5.zdn.vn",
    *env.list("EXTRA_CORS_ORIGINS", default=[]),
]
CORS_ALLOW_HEADERS = ["authorization", "content-type", "idempotency-key", "if-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After"]
CORS_ALLOW_CREDENTIALS = False
CORS_URLS_REGEX = r"^/api/.*$"

# --- API --------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.PerAddress", "core.api.throttling.PerCitizen"],
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rest_framework.negotiation.DefaultContentNegotiation",
    "URL_FORMAT_OVERRIDE": None,
}
# Requests per minute, by what they are counted on; `THROTTLE_FACTOR` relaxes all of them (0 switches off).
THROTTLE_FACTOR = env_int("THROTTLE_FACTOR", default=1)
THROTTLES_PER_MINUTE = {
    "address": 600,  # a mobile operator puts many citizens behind one address
    "citizen": 120,
    "sign_in": 30,
    "book": 20,
    "declare": 20,
    "upload": 20,
    "lookup": 10,
    "ask": 120,
    "report": 10,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cổng đặt lịch và lấy số căn cước",
    "DESCRIPTION": "Khai trước, đặt lịch, lấy số, nhắc hẹn. Lỗi theo RFC 9457 (application/problem+json).",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"SituationEnum": "dossiers.api.serializers.SITUATIONS"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
ACCESS_TOKEN_LIFETIME = timedelta(minutes=30)
REFRESH_TOKEN_LIFETIME = timedelta(days=60)
BROWSER_SIGN_IN_LIFETIME = timedelta(days=30)
# One-time codes to one phone, counted in the table: they cost money and can be used to pester somebody.
OTP_PAUSE = timedelta(seconds=env_int("OTP_PAUSE_SECONDS", default=60))
OTP_PER_DAY = env_int("OTP_PER_DAY", default=5)

# --- Zalo -------------------------------------------------------------------------------------------

ZALO_OAUTH_BASE = env.str("ZALO_OAUTH_BASE", default="https://oauth.zaloapp.com")
ZALO_GRAPH_BASE = env.str("ZALO_GRAPH_BASE", default="https://graph.zalo.me")
ZALO_OPENAPI_BASE = env.str("ZALO_OPENAPI_BASE", default="https://openapi.zalo.me")
ZALO_BUSINESS_BASE = env.str("ZALO_BUSINESS_BASE", default="https://business.openapi.zalo.me")
ZALO_MINIAPP_OPENAPI_BASE = env.str("ZALO_MINIAPP_OPENAPI_BASE", default="https://openapi.mini.zalo.me")
ZALO_APP_ID = env.str("ZALO_APP_ID", default="")
ZALO_APP_SECRET = env_secret("ZALO_APP_SECRET")
ZALO_OA_WEBHOOK_SECRET = env_secret("ZALO_OA_WEBHOOK_SECRET")
# For the first days: other secrets that may turn out to sign; each use is logged.
ZALO_OA_WEBHOOK_FALLBACK_SECRETS = env.list("ZALO_OA_WEBHOOK_FALLBACK_SECRETS", default=[])
# What an event with a bad signature is answered: Zalo cuts off who refuses too often.
ZALO_BAD_SIGNATURE_STATUS = int(env_choice("ZALO_BAD_SIGNATURE_STATUS", ("200", "401")))
# Only where Zalo's console keeps one code_challenge for ever: the verifier that belongs to it. Empty: a new
# one each time (docs/zalo-open-questions.md).
ZALO_OA_CODE_VERIFIER = env.str("ZALO_OA_CODE_VERIFIER", default="")
# The Official Account whose approved template carries the one-time codes of the whole portal.
ZALO_OTP_OA_ID = env.str("ZALO_OTP_OA_ID", default="")
ZALO_OTP_TEMPLATE_ID = env.str("ZALO_OTP_TEMPLATE_ID", default="")
# The Official Account that the Mini App is linked with: the one whose user id Graph tells at sign-in.
ZALO_APP_OA_ID = env.str("ZALO_APP_OA_ID", default="")
# The Mini App's Open API: its notifications, and the signature of its webhooks. Without an id none are sent.
ZALO_MINIAPP_ID = env.str("ZALO_MINIAPP_ID", default="")
ZALO_MINIAPP_API_KEY = env_secret("ZALO_MINIAPP_API_KEY")
# The notification of the Mini App that carries every kind of message; empty: none are sent.
ZALO_MINIAPP_TEMPLATE_ID = env.str("ZALO_MINIAPP_TEMPLATE_ID", default="")
ZALO_MINIAPP_API_KEY_PREFIX = env.str("ZALO_MINIAPP_API_KEY_PREFIX", default="Bearer ")
# In which shape buttons go under a chat message: off, buttons_only, list or button. Zalo's papers disagree.
ZALO_OA_BUTTONS = env_choice("ZALO_OA_BUTTONS", ("off", "buttons_only", "list", "button"))
ZALO_TIMEOUT_SECONDS = 5.0
# Threads that share the events of Zalo when several wait. Some, because an answer in a chat waits for Zalo;
# more make the webhook slower in a burst.
EVENT_HANDLERS = env_int("EVENT_HANDLERS", default=4)

# --- Messages ---------------------------------------------------------------------------------------

QUIET_HOURS = env_bool("QUIET_HOURS", default=True)
# Threads in one sender process that share what is due.
MESSAGE_SENDERS = env_int("MESSAGE_SENDERS", default=4)
# How long the portal keeps quiet in a chat after a human of the office has written there.
CHAT_PAUSE_MINUTES = env_int("CHAT_PAUSE_MINUTES", default=30)
# How long it keeps quiet for a human who was asked for, at the most.
CHAT_HAND_OVER_MINUTES = env_int("CHAT_HAND_OVER_MINUTES", default=30)
QUIET_FROM, QUIET_UNTIL = time(21, 0), time(7, 0)
# To one person, one-time codes and answers in the chat apart: whatever goes wrong, no phone is flooded.
MESSAGES_PER_PERSON_A_DAY = env_int("MESSAGES_PER_PERSON_A_DAY", default=10)
# What an office announces goes by chat to those who asked for it: who wrote within these hours (Zalo takes 7
# days; after 48 hours it is paid for), and no more of them in a minute by one Official Account.
ANNOUNCE_WITHIN = timedelta(hours=env_int("ANNOUNCE_WITHIN_HOURS", default=48))
ANNOUNCEMENTS_A_MINUTE = env_int("ANNOUNCEMENTS_A_MINUTE", default=300)
# For how long a channel is left alone after Zalo said that the person wants nothing by it.
OPT_OUT_KEPT = timedelta(days=env_int("OPT_OUT_DAYS", default=30))

# --- Celery: wakes the senders, holds nothing ---------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 2}
# Workers of their own: a flood of events must not keep messages from leaving, nor the other way round.
CELERY_TASK_ROUTES = {"cccd_portal.tasks.handle_zalo_events": {"queue": "events"}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Every tick expires before the next one, so that nothing piles up behind a stopped worker.
    "send-due-messages": {
        "task": "notifications.tasks.send_due_messages",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 1},
    },
    "send-chat-replies": {
        # Replies leave with the event that they answer; this is for what could not.
        "task": "notifications.tasks.send_due_replies",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "send-announcements": {
        "task": "faq.tasks.send_due_announcements",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "handle-zalo-events": {
        "task": "cccd_portal.tasks.handle_zalo_events",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 1},
    },
    "take-back-lost-messages": {
        "task": "notifications.tasks.sweep_messages",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "evening-run": {
        "task": "booking.tasks.evening_run",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "let-go-of-past-days": {
        "task": "booking.tasks.let_go_of_past_days",
        "schedule": crontab(minute=5),
        "options": {"expires": 3000},
    },
    "foresee-reminders": {
        "task": "booking.tasks.foresee_reminders",
        "schedule": crontab(hour=12, minute=0),
        "options": {"expires": 3600},
    },
    "forget-imports": {
        "task": "booking.tasks.forget_old_imports",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "open-calendar": {
        "task": "booking.tasks.open_calendar",
        "schedule": crontab(hour=1, minute=10),
        "options": {"expires": 3600},
    },
    # Each is asked about once a day; hourly, because Zalo may be down at the hour of the day.
    "refresh-zalo-templates": {
        "task": "zalo.tasks.refresh_templates",
        "schedule": crontab(minute=35),
        "options": {"expires": 3000},
    },
    "refresh-zalo-tokens": {
        "task": "cccd_portal.tasks.refresh_zalo_tokens",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "lock-idle-officers": {
        "task": "accounts.tasks.lock_idle_officers",
        "schedule": crontab(hour=2, minute=20),
        "options": {"expires": 3600},
    },
    "forget-what-is-over": {
        "task": "cccd_portal.tasks.forget_what_is_over",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
}

# --- Logs: ids, never names, phones or identity numbers -----------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "core.logs.RequestIdFilter"},
        "once_a_minute": {"()": "core.logs.OnceAMinute"},
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING", "filters": ["once_a_minute"]},
        "celery.worker.consumer.consumer": {"level": "WARNING", "filters": ["once_a_minute"]},
        "kombu": {"level": "WARNING"},
    },
}

UNFOLD = {
    "SITE_TITLE": "Cổng căn cước",
    "SITE_HEADER": "Cổng căn cước",
    "SITE_SUBHEADER": "Dành cho cán bộ",
    "SITE_SYMBOL": "badge",
    "SHOW_VIEW_ON_SITE": False,
    "SCRIPTS": [lambda _: static("js/admin.js")],
    "ACCOUNT": {
        "navigation": [
            {"title": "Đổi mật khẩu", "link": reverse_lazy("admin:password_change")},
            {"title": "Bảo mật tài khoản", "link": reverse_lazy("admin:security")},
        ],
    },
    "STYLES": ["cccd_portal.menu.style"],
    "DASHBOARD_CALLBACK": "cccd_portal.dashboard.dashboard",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "cccd_portal.menu.navigation",
    },
    "COLORS": {
        # The greys of our own style sheets, so that the theme and our pages are one, dark as well.
        "base": {
            "50": "246 248 247",
            "100": "236 241 239",
            "200": "213 222 218",
            "300": "190 203 197",
            "400": "145 163 155",
            "500": "95 115 108",
            "600": "76 95 89",
            "700": "52 69 63",
            "800": "36 50 45",
            "900": "15 24 21",
            "950": "9 16 13",
        },
        "primary": {
            "50": "236 247 244",
            "100": "207 235 227",
            "200": "160 216 202",
            "300": "92 199 175",
            "400": "46 160 137",
            "500": "17 121 101",
            "600": "11 93 78",
            "700": "9 76 64",
            "800": "8 61 52",
            "900": "7 50 43",
            "950": "4 29 25",
        },
    },
}
