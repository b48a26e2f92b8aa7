"""Says how to reach the database: the one DATABASE_URL names, or the embedded server's socket."""

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg

from config.env import Env, SettingError, kept_secret

NAME = "weiting"
USER = "weiting"
# The kernel's limit on a socket's path is 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_LIMIT = 103
SOCKET_NAME = ".s.PGSQL.5432"


def socket_folder(env: Env) -> Path:
    """The folder of the embedded server's socket: under the data, or, where that path is too long, under
    /tmp.
    """
    folder = env.var / "run"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return folder
    mark = hashlib.sha256(os.fsencode(env.var)).hexdigest()[:16]
    return Path("/tmp") / f"weiting-{os.geteuid()}-{mark}"  # noqa: S108 - made with mode 700 and checked for its owner


def parameters(env: Env) -> dict[str, str]:
    """The database as libpq keywords: host, port, user, password, dbname and what the URL adds."""
    if env.is_embedded:
        password = kept_secret(env, "database")
        return {
            "host": str(socket_folder(env)),
            "port": "5432",
            "user": USER,
            "password": password,
            "dbname": NAME,
        }
    url = urlsplit(env.database_url)
    if url.scheme not in {"postgres", "postgresql"} or not url.path.strip("/"):
        raise SettingError("DATABASE_URL is not understood: write postgresql://user:password@host:5432/name.")
    found = {
        "host": unquote(url.hostname or ""),
        "port": str(url.port or 5432),
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "dbname": unquote(url.path.strip("/")),
    }
    return {key: value for key, value in found.items() if value} | dict(parse_qsl(url.query))


def connect(env: Env, database: str = "") -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection of our own, beside Django's; `database` names another one of the same server."""
    found: dict[str, Any] = parameters(env)
    if database:
        found["dbname"] = database
    return psycopg.connect(**found, autocommit=True)


def url(found: dict[str, str]) -> str:
    """The DATABASE_URL of these libpq keywords."""
    rest = {key: value for key, value in found.items() if key not in {"user", "password", "dbname"}}
    user, password = quote(found["user"]), quote(found.get("password", ""))
    return f"postgresql://{user}:{password}@/{quote(found['dbname'])}?{urlencode(rest)}"


def django_settings(env: Env) -> dict[str, Any]:
    """The `DATABASES["default"]` of these settings."""
    found = parameters(env)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": found.pop("host", ""),
        "PORT": found.pop("port", ""),
        "USER": found.pop("user", ""),
        "PASSWORD": found.pop("password", ""),
        "NAME": found.pop("dbname"),
        "OPTIONS": {"application_name": "weiting", "connect_timeout": 10, **found},
        # Each thread of the pool keeps its connection; the check costs one round trip and survives a restart.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"TEMPLATE": "template0"},
    }
