"""Maps the settings of the installation (`config.env`) onto Django. No branches on environment names."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from config import connections, env as environment

env = environment.current()
BASE_DIR = environment.ROOT

# --- the product --------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "weiting.ui",
    # Before allauth: its pages of signing in take the place of the library's.
    "weiting.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "csp",
    "procrastinate.contrib.django",
    "weiting.audit",
    "weiting.jobs",
    "weiting.notices",
    "weiting.units",
    "weiting.media",
    "weiting.posts",
    "weiting.review",
    "weiting.channels",
    "weiting.fanout",
    "weiting.fediverse",
    "weiting.subscriptions",
    "weiting.publishing",
    "weiting.relay",
    "weiting.hall",
    "weiting.desk",
    "weiting.demo",
]
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
APPEND_SLASH = True

MIDDLEWARE = [
    "config.middleware.Proxy",
    "weiting.audit.middleware.Origin",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "weiting.accounts.middleware.Seen",
    "weiting.ui.middleware.LookMiddleware",
    "weiting.ui.middleware.DomainErrors",
    "weiting.accounts.middleware.MustRenew",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site_banner",
            ],
        },
    }
]
# Selects and other controls of forms are written without a template for each of their options.
FORM_RENDERER = "weiting.ui.controls.Renderer"

# --- where things are ---------------------------------------------------------------------------------------

DATABASES = {"default": connections.django_settings(env)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STATIC_URL = "/static/"
STATIC_ROOT = env.var / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.var / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.Storage"},
}
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o644
# Stops at the limit of what is being uploaded, and says so, instead of filling the disk first.
FILE_UPLOAD_HANDLERS = ["weiting.media.uploads.CarefulUpload"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# --- language and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "weiting/core/locale", BASE_DIR / "weiting/text/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- who may come in ----------------------------------------------------------------------------------------

SECRET_KEY = env.secret_key or environment.kept_secret(env, "key")
# The first seals, all of them open.
CHANNEL_KEYS = [env.channel_key or environment.kept_secret(env, "channels"), *env.channel_keys_old]
CHANNELS_PRIVATE = env.channels_private
SANDBOX_URL = env.sandbox_url.rstrip("/")
DEBUG = env.debug
_public = urlsplit(env.base_url)
ALLOWED_HOSTS = [*env.allowed_hosts, _public.hostname or "", "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if env.public_url else []
_is_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _is_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
TRUST_PROXY = env.trust_proxy
PUBLIC_URL = env.base_url
UNDO_SECONDS = env.undo_seconds
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "weiting.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "weiting.accounts.forms.SignInForm",
    "change_password": "weiting.accounts.forms.PasswordForm",
    "reauthenticate": "weiting.accounts.forms.ConfirmForm",
}
MFA_ADAPTER = "weiting.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "weiting.accounts.forms.CodeForm",
    "reauthenticate": "weiting.accounts.forms.ConfirmCodeForm",
    "activate_totp": "weiting.accounts.forms.ActivateForm",
}
USERSESSIONS_ADAPTER = "weiting.accounts.adapter.SessionsAdapter"
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Weiting"
# Browsers take http://localhost for a secure place, so that a laptop can try passkeys too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_https
USERSESSIONS_TRACK_ACTIVITY = True

# --- mail ---------------------------------------------------------------------------------------------------

_mail = urlsplit(env.email_url or f"file://{env.var / 'mail'}")
if _mail.scheme == "file":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = unquote(_mail.path)
elif _mail.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = (
        _mail.hostname or "localhost",
        _mail.port or (465 if _mail.scheme == "smtps" else 587),
    )
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp" and bool(_mail.username)
    EMAIL_TIMEOUT = 20
else:
    raise environment.SettingError(
        "WEITING_EMAIL_URL starts with something else than smtp://, smtps:// or file://."
    )
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email_from or f"hall@{_public.hostname}"
if not parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise environment.SettingError(f"WEITING_EMAIL_FROM is “{env.email_from}”: write an address.")

# --- work ---------------------------------------------------------------------------------------------------

WORK_CONCURRENCY = env.work_concurrency

# --- messages of the program --------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.log_level},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING" if env.log_level == "INFO" else env.log_level},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "django.test.runner.DiscoverRunner"
