"""Superset's configuration. Everything that differs between installations, and every secret, comes from the environment.

Each setting on which isolation depends is stated here, also where it repeats Superset's default: a default may change.
"""

import os
import sys
import time
from datetime import timedelta

from flask_appbuilder.security.manager import AUTH_OAUTH
from superset.security import SupersetSecurityManager

MIN_SECRET_LENGTH = 32


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if value == "":
        sys.exit(f"{name} is not set, expected a value: see docs/analytics.md, section Settings")
    return value


def _secret(name: str) -> str:
    value = _required(name)
    if len(value) < MIN_SECRET_LENGTH:
        sys.exit(f"{name} has {len(value)} characters, expected at least {MIN_SECRET_LENGTH} random ones: see docs/analytics.md, section Settings")
    return value


# Secrets. Superset has public defaults for all of them, and refuses to start with that of SECRET_KEY only.
SECRET_KEY = _secret("ANALYTICS_SECRET_KEY")
GUEST_TOKEN_JWT_SECRET = _secret("ANALYTICS_GUEST_SECRET")
# For asynchronous queries, which are off: derived, so that the public default is nowhere.
GLOBAL_ASYNC_QUERIES_JWT_SECRET = SECRET_KEY[::-1]
if SECRET_KEY == GUEST_TOKEN_JWT_SECRET:
    sys.exit("ANALYTICS_GUEST_SECRET equals ANALYTICS_SECRET_KEY, expected two secrets: the console has the first, and must not have the second")

SQLALCHEMY_DATABASE_URI = _required("ANALYTICS_DATABASE_URL")
SQLALCHEMY_ENGINE_OPTIONS = {"pool_size": 5, "max_overflow": 10, "pool_pre_ping": True}
SQLALCHEMY_EXAMPLES_URI = SQLALCHEMY_DATABASE_URI

PUBLIC_URL = _required("ANALYTICS_URL").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
# Who may show a dashboard in a frame: the console, and nobody else.
CONSOLE_URL = _required("ANALYTICS_CONSOLE_URL").rstrip("/")
# The account of `odoo-saas analytics sync`, which server/setup.py makes.
SERVICE_ACCOUNT = "odoo-saas-sync"

# ---- What is on and what is off -------------------------------------------------------------------------------------
FEATURE_FLAGS = {
    "EMBEDDED_SUPERSET": True,
    "DASHBOARD_RBAC": True,
    # Drill queries are granted for any dataset of a guest's dashboard: nothing needs them.
    "DRILL_BY": False,
    "DRILL_TO_DETAIL": False,
    # Row-level rules hold everywhere; isolation does not rest on them.
    "RLS_IN_SQLLAB": True,
    "CACHE_QUERY_BY_USER": True,
    "CACHE_IMPERSONATION": False,
    "ALERT_REPORTS": False,
    "ALLOW_ADHOC_SUBQUERY": False,
    "ALLOW_FULL_CSV_EXPORT": False,
    "CSS_TEMPLATES": False,
    "DYNAMIC_PLUGINS": False,
    "EMBEDDABLE_CHARTS": False,
    "ENABLE_EXTENSIONS": False,
    "ENABLE_JAVASCRIPT_CONTROLS": False,
    "ENABLE_SUPERSET_META_DB": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "ESCAPE_MARKDOWN_HTML": True,
    "ESTIMATE_QUERY_COST": False,
    "GLOBAL_ASYNC_QUERIES": False,
    "GLOBAL_TASK_FRAMEWORK": False,
    "SSH_TUNNELING": False,
    "TAGGING_SYSTEM": False,
    "THUMBNAILS": False,
}
# The MCP service is a process of its own (`superset mcp run`), which nothing starts. It would refuse every caller.
MCP_AUTH_ENABLED = True
MCP_DEV_USERNAME = None
# Nobody signs up, and nobody without an account sees anything.
PUBLIC_ROLE_LIKE = None
PREVENT_UNSAFE_DB_CONNECTIONS = True
DATASET_IMPORT_ALLOWED_DATA_URLS: list[str] = []
FAB_API_SWAGGER_UI = False
# The sync's API for roles. Its permissions are Admin's, and only the service account is Admin.
FAB_ADD_SECURITY_API = True
ENABLE_CORS = False
ENABLE_UI_THEME_ADMINISTRATION = False
DEBUG = False
SHOW_STACKTRACE = False
HTML_SANITIZATION = True

# ---- Guests: what console and portal embed --------------------------------------------------------------------------
# A role of its own instead of Public, which analytics sync keeps; Public has nothing.
GUEST_ROLE_NAME = "Guest"
GUEST_TOKEN_JWT_ALGO = "HS256"
GUEST_TOKEN_JWT_AUDIENCE = "odoo-saas-analytics"
GUEST_TOKEN_HEADER_NAME = "X-GuestToken"
GUEST_TOKEN_JWT_EXP_SECONDS = 300
# Only the console mints tokens, after its own decision: this server hands out none.
GUEST_TOKEN_VALIDATOR_HOOK = lambda token: False  # noqa: E731

# ---- Staff: the realm `platform` of Keycloak -------------------------------------------------------------------------
AUTH_TYPE = AUTH_OAUTH
# The service account logs in to the API with a password. No other account has one: SecurityManager.auth_user_db.
AUTH_API_LOGIN_ALLOW_MULTIPLE_PROVIDERS = True
OAUTH_PROVIDERS = [
    {
        "name": "keycloak",
        "icon": "fa-key",
        "token_key": "access_token",
        "remote_app": {
            "client_id": _required("ANALYTICS_STAFF_CLIENT_ID"),
            "client_secret": _required("ANALYTICS_STAFF_CLIENT_SECRET"),
            "server_metadata_url": _required("ANALYTICS_STAFF_ISSUER").rstrip("/") + "/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid email profile", "code_challenge_method": "S256"},
        },
    }
]
AUTH_USER_REGISTRATION = True
# Accounts come with the first log-in, and with nothing but what the realm's roles give.
AUTH_USER_REGISTRATION_ROLE = "Public"
# Else who loses a role in Keycloak would keep it here.
AUTH_ROLES_SYNC_AT_LOGIN = True
# The realm's roles that see the dashboards. Nobody of the staff is Admin: sync would overwrite what they change.
AUTH_ROLES_MAPPING = {"engineer": ["Staff"], "auditor": ["Staff"]}
PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
WTF_CSRF_ENABLED = True
# The embedded page has no session that another page could ride on: it sends its token in a header.
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "20 per minute"
ENABLE_PROXY_FIX = IS_HTTPS


class SecurityManager(SupersetSecurityManager):
    """Takes people from the realm's ID token, and refuses guest tokens of another shape than the console's."""

    def get_oauth_user_info(self, provider, resp):
        # Authlib has checked signature, issuer, audience, nonce and times of the ID token.
        claims = resp["userinfo"]
        username = claims["preferred_username"]
        if username == SERVICE_ACCOUNT:
            raise ValueError(f"the login {SERVICE_ACCOUNT} is the service account's")
        return {
            "username": username,
            "email": claims.get("email", ""),
            "first_name": claims.get("given_name", ""),
            "last_name": claims.get("family_name", ""),
            "role_keys": claims.get("roles", []),
        }

    def auth_user_db(self, username, password):
        # Passwords are the service account's alone.
        return super().auth_user_db(username, password) if username == SERVICE_ACCOUNT else None

    def raise_for_access(self, *args, **kwargs):
        """Lets guests ask only what their charts ask.

        Superset 6.1 compares a guest's query with its chart, but looks the chart up among those that the guest may list, which
        are none, and compares nothing where it finds none.
        """
        query_context = kwargs.get("query_context")
        if query_context is not None and self.is_guest_user():
            from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
            from superset.exceptions import SupersetSecurityException
            from superset.models.slice import Slice

            number = (query_context.form_data or {}).get("slice_id")
            chart = self.session.query(Slice).filter(Slice.id == number).one_or_none() if isinstance(number, int) else None
            if chart is None:
                raise SupersetSecurityException(
                    SupersetError(
                        error_type=SupersetErrorType.DASHBOARD_SECURITY_ACCESS_ERROR,
                        message="A guest's query names its chart",
                        level=ErrorLevel.WARNING,
                    )
                )
            query_context.slice_ = chart
        return super().raise_for_access(*args, **kwargs)

    def parse_jwt_guest_token(self, raw_token):
        token = super().parse_jwt_guest_token(raw_token)
        resources = token.get("resources")
        if not isinstance(resources, list) or len(resources) != 1 or resources[0].get("type") != "dashboard":
            raise ValueError("a guest token names exactly one dashboard")
        # By the embedding's random id: a dashboard's number is guessed.
        if len(str(resources[0].get("id"))) != 36:
            raise ValueError("a guest token names a dashboard by the id of its embedding")
        if token.get("rls_rules") != []:
            raise ValueError("a guest token has no row-level rules: isolation rests on the database")
        issued, expires = token.get("iat"), token.get("exp")
        if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
            raise ValueError("a guest token says from when until when it is valid")
        if expires - issued > GUEST_TOKEN_JWT_EXP_SECONDS or issued > time.time() + 60:
            raise ValueError(f"a guest token is valid for at most {GUEST_TOKEN_JWT_EXP_SECONDS} seconds")
        return token


CUSTOM_SECURITY_MANAGER = SecurityManager

# ---- Caches: none for data. The copies are local and small, and what is not kept cannot be shown to another tenant. ----
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
THUMBNAIL_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
STORE_CACHE_KEYS_IN_METADATA_DB = False
# No Celery, no alerts and no reports.
CELERY_CONFIG = None
RESULTS_BACKEND = None

# ---- Pages ------------------------------------------------------------------------------------------------------------
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "frame-ancestors": [CONSOLE_URL],
    },
    "content_security_policy_nonce_in": ["script-src"],
    # frame-ancestors above says it; the older header cannot name a site.
    "frame_options": None,
    "force_https": False,
    "session_cookie_secure": IS_HTTPS,
}
CONTENT_SECURITY_POLICY_WARNING = False
APP_NAME = "Analytics"
WELCOME_PAGE_LAST_TAB = "all"
ROW_LIMIT = 10_000
SQL_MAX_ROW = 10_000
SUPERSET_WEBSERVER_TIMEOUT = 60
