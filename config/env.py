"""The one reader of the environment: every setting an operator can make, with its default, unit and one line
of help.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting is wrong; the message is a sentence for the operator."""


def _var(name: str, default: Any, help: str, *, unit: str = "", shown: str = "") -> Any:
    """Declare one variable; `shown` replaces the default in the docs when it depends on the machine."""
    return field(default=default, metadata={"name": name, "help": help, "unit": unit, "shown": shown})


@dataclass(frozen=True)
class Env:
    """The settings of one installation. Every text one may also come from a file named by NAME_FILE."""

    port: int = _var(
        "PORT", 8000, "Where the web process listens; taken, the next free one is used.", unit="TCP port"
    )
    database_url: str = _var(
        "DATABASE_URL",
        "",
        "PostgreSQL 15 or newer, as postgresql://user:password@host:5432/name. Empty: the embedded server.",
        shown="embedded PostgreSQL",
    )
    var: Path = _var(
        "WEITING_VAR",
        None,
        "Folder for everything that is kept: database, media, mail, logs, keys.",
        shown="`var/` in the checkout; `/var/lib/weiting` for root",
    )
    host: str = _var("WEITING_HOST", "127.0.0.1", "Address the web process listens on; 0.0.0.0 for all.")
    public_url: str = _var(
        "WEITING_PUBLIC_URL",
        "",
        "Address people type, such as https://hall.example.gov.cn; for feeds, mail and passkeys.",
        shown="`http://127.0.0.1:PORT`",
    )
    allowed_hosts: tuple[str, ...] = _var(
        "WEITING_ALLOWED_HOSTS",
        (),
        "Host names this hall answers to, besides that of WEITING_PUBLIC_URL and loopback names.",
        unit="names, separated by commas",
    )
    trust_proxy: bool = _var(
        "WEITING_TRUST_PROXY",
        False,
        "Believe X-Forwarded-For and X-Forwarded-Proto. Only behind a proxy that sets them itself.",
    )
    secret_key: str = _var(
        "WEITING_SECRET_KEY",
        "",
        "Signs sessions and links; the same in every process of a hall.",
        shown="made on first start, kept in `WEITING_VAR/secrets/`",
    )
    channel_key: str = _var(
        "WEITING_CHANNEL_KEY",
        "",
        "Seals the credentials of channels; the same in every process of a hall, and kept apart from its backups.",
        shown="made on first start, kept in `WEITING_VAR/secrets/`",
    )
    channel_keys_old: tuple[str, ...] = _var(
        "WEITING_CHANNEL_KEYS_OLD",
        (),
        "Earlier channel keys, so that what they sealed can be opened until it is sealed anew.",
        unit="keys, separated by commas",
    )
    channels_private: bool = _var(
        "WEITING_CHANNELS_PRIVATE",
        False,
        "Let channels and webhooks call addresses inside the own network: for the sandbox, or a screen next door.",
    )
    sandbox_url: str = _var(
        "WEITING_SANDBOX_URL",
        "",
        "Where `weiting sandbox` listens; connections of the demo city lead there.",
        shown="none; `weiting up` starts one for the demo city and sets it",
    )
    debug: bool = _var("WEITING_DEBUG", False, "Show stack traces in pages. Never where others can reach it.")
    email_url: str = _var(
        "WEITING_EMAIL_URL",
        "",
        "smtp://user:password@host:587 (STARTTLS), smtps://…:465, or file:///folder.",
        shown="files in `WEITING_VAR/mail/`",
    )
    email_from: str = _var("WEITING_EMAIL_FROM", "", "Sender of mail.", shown="`hall@` and the public host")
    web_workers: int = _var(
        "WEITING_WEB_WORKERS", 1, "Web processes started by `weiting up` and `weiting web`."
    )
    web_threads: int = _var("WEITING_WEB_THREADS", 8, "Requests one web process works on at the same time.")
    work_concurrency: int = _var("WEITING_WORK_CONCURRENCY", 4, "Tasks one worker works on at the same time.")
    undo_seconds: int = _var(
        "WEITING_UNDO_SECONDS",
        10,
        "How long a text released “now” waits, so that it can still be held back.",
        unit="s",
    )
    database_memory: int = _var(
        "WEITING_DATABASE_MEMORY",
        0,
        "Page cache of the embedded database.",
        unit="MB",
        shown="an eighth of the memory less 256, from 128 to 4096",
    )
    data: Path | None = _var(
        "WEITING_DATA",
        None,
        "Folder of public data that only the measurements read; without it they say what they left out.",
        shown="none",
    )
    log_level: str = _var(
        "WEITING_LOG_LEVEL", "INFO", "Least serious message written: DEBUG, INFO, WARNING, ERROR."
    )
    demo: bool = _var(
        "WEITING_DEMO", True, "Load the demo city on the first start, when there is no unit yet."
    )

    @property
    def base_url(self) -> str:
        """The address people type, without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @property
    def is_embedded(self) -> bool:
        """Whether this hall runs its own database server."""
        return not self.database_url


def _default_var() -> Path:
    # PostgreSQL refuses to run as root, and the account it then runs under must be able to reach its data.
    return Path("/var/lib/weiting") if os.geteuid() == 0 else ROOT / "var"


def _name(item: Field[Any]) -> str:
    return str(item.metadata["name"])


def _text(source: Mapping[str, str], name: str) -> str | None:
    """The value of NAME, or the content of the file that NAME_FILE points to."""
    path = source.get(f"{name}_FILE")
    if path is None:
        return source.get(name)
    if name in source:
        raise SettingError(f"{name} and {name}_FILE are both set: keep one of them.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"{name}_FILE points to {path}, which cannot be read: {error.strerror}."
        ) from error


def _parsed(item: Field[Any], text: str) -> Any:
    name, kind = _name(item), item.type
    if kind in (bool, "bool"):
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off"}:
            return False
        raise SettingError(f"{name} is “{text}”: write yes or no.")
    if kind in (int, "int"):
        if not text.isdecimal():
            raise SettingError(f"{name} is “{text}”: write a whole number.")
        return int(text)
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind in (Path, Path | None):
        return Path(text).expanduser().absolute()
    return text


def read(source: Mapping[str, str]) -> Env:
    """Read the settings out of `source`; raise SettingError with a sentence when one is wrong or unknown."""
    known = {_name(item): item for item in fields(Env)}
    allowed = set(known) | {f"{name}_FILE" for name in known}
    for name in sorted(source):
        if name.startswith("WEITING_") and name not in allowed:
            raise SettingError(f"{name} is not a setting of Weiting. The settings are: {', '.join(known)}.")
    values: dict[str, Any] = {}
    for name, item in known.items():
        text = _text(source, name)
        if text is not None and text != "":
            values[item.name] = _parsed(item, text)
    values.setdefault("var", _default_var())
    env = Env(**values)
    if not 0 < env.port < 65536:
        raise SettingError(f"PORT is {env.port}: write a number from 1 to 65535.")
    if env.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise SettingError(f"WEITING_LOG_LEVEL is “{env.log_level}”: write DEBUG, INFO, WARNING or ERROR.")
    return env


_override: list[Env] = []


@cache
def _from_process() -> Env:
    return read(os.environ)


def current() -> Env:
    """The settings of this process."""
    return _override[-1] if _override else _from_process()


def adopt(env: Env) -> None:
    """Put the settings of `env` into this process's environment, for the processes it will start."""
    os.environ.update(as_environ(env))


def name_settings_module() -> None:
    """Tell Django where its settings are, unless it has been told."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def use(env: Env) -> None:
    """Make `env` the settings of this process: for the test run, before Django's settings are loaded."""
    _override.append(env)


def as_environ(env: Env) -> dict[str, str]:
    """This process's environment with the settings of `env` in it, for a child process."""
    found = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    found["WEITING_VAR"] = str(env.var)
    for item in fields(Env):
        value = getattr(env, item.name)
        if item.name == "var" or value == item.default:
            continue
        found[_name(item)] = ",".join(value) if isinstance(value, tuple) else _shell(value)
    return found


def _is_ours(name: str) -> bool:
    return any(name in (_name(item), f"{_name(item)}_FILE") for item in fields(Env))


def _shell(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def kept_secret(env: Env, name: str) -> str:
    """Return the secret `name` of this installation; make it and keep it readable by its owner only when
    absent.
    """
    path = env.var / "secrets" / name
    if path.exists():
        return _written(path)
    fresh = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.touch(mode=0o600, exist_ok=False)
        fresh.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        # A link fails when the name exists: of two processes that start together one wins, and both read its
        # secret.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    except OSError as error:
        raise SettingError(
            f"{path} cannot be written ({error.strerror}): choose another WEITING_VAR."
        ) from error
    return _written(path)


def _written(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingError(
            f"{path} cannot be read ({error.strerror}): run as the account that made it."
        ) from error
    if len(text) < 32:
        raise SettingError(
            f"{path} is cut short: restore it from a backup, or remove it to have a new one made."
        )
    return text


def _default_shown(item: Field[Any]) -> str:
    if item.metadata["shown"]:
        return str(item.metadata["shown"])
    if item.default is MISSING or item.default in ("", ()):
        return "empty"
    return f"`{_shell(item.default)}`"


def settings_page() -> str:
    """The text of docs/reference/settings.md."""
    rows = "\n".join(
        f"| `{_name(item)}` | {_default_shown(item)} | {item.metadata['unit']} | {item.metadata['help']} |"
        for item in fields(Env)
    )
    return f"""\
# Settings

Made from `config/env.py` by `python -m config.env docs`. Settings are environment variables; any of them may
instead be given as `NAME_FILE`, a file that holds the value. An unknown `WEITING_…` name stops the start
with a sentence, so a slip of the keyboard does not go unnoticed. What people change while the hall runs is
not here: it is in the desk.

| name | default | unit | what it is |
|---|---|---|---|
{rows}
"""


def example_file() -> str:
    """The text of .env.example."""
    blocks = [
        f"# {item.metadata['help']}"
        + (f" ({item.metadata['unit']})" if item.metadata["unit"] else "")
        + f"\n# Default: {_default_shown(item).replace('`', '')}\n#{_name(item)}="
        for item in fields(Env)
    ]
    head = "# Settings of a hall, made from config/env.py by `python -m config.env docs`. For instance:\n"
    head += "# set -a; . ./.env; set +a; make run\n"
    return head + "\n" + "\n\n".join(blocks) + "\n"


PAGES = {ROOT / "docs/reference/settings.md": settings_page, ROOT / ".env.example": example_file}


def main() -> int:
    """Write the pages made from this file, or with --check say which are stale."""
    parser = argparse.ArgumentParser(prog="python -m config.env", description=main.__doc__)
    parser.add_argument("what", choices=["docs"])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")
    options = parser.parse_args()
    stale = [path for path, made in PAGES.items() if not path.exists() or path.read_text("utf-8") != made()]
    for path in stale:
        if options.check:
            sys.stdout.write(f"{path.relative_to(ROOT)} is stale: run python -m config.env docs.\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PAGES[path](), encoding="utf-8")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
