"""`weiting doctor`: looks at everything a hall stands on; each line says what is well or what to do."""

import argparse
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config import connections, database, env as environment, messages, prepare
from config.env import Env, SettingError

LEAST_FREE = 2 * 2**30
LONGEST_WAIT = 300.0
LEAST_SERVER = 150_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and a sentence."""

    subject: str
    is_well: bool
    sentence: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.is_well else 'MEND'}  {self.subject:<13}{self.sentence}"


def _python(env: Env) -> Finding:
    number = ".".join(map(str, sys.version_info[:3]))
    is_well = sys.version_info >= (3, 11)
    return Finding("python", is_well, f"{number}." if is_well else f"{number}: install 3.11 or newer.")


def _disk(env: Env) -> Finding:
    free = shutil.disk_usage(env.var).free
    said = f"{free / 2**30:.1f} GB free under {env.var}"
    return Finding("disk", free >= LEAST_FREE, f"{said}." if free >= LEAST_FREE else f"{said}: make room.")


def _server(env: Env) -> Finding:
    with connections.connect(env) as connection:
        number = connection.info.server_version
        where = "embedded" if env.is_embedded else "of DATABASE_URL"
        said = f"PostgreSQL {number // 10000}.{number % 10000}, {where}"
        return Finding(
            "database",
            number >= LEAST_SERVER,
            f"{said}." if number >= LEAST_SERVER else f"{said}: 15 or newer is needed.",
        )


def _durability(env: Env) -> Finding:
    with connections.connect(env) as connection:
        names = ("fsync", "full_page_writes", "synchronous_commit")
        off = [name for name in names if connection.execute(f"SHOW {name}").fetchone() == ("off",)]
    said = (
        f"{', '.join(off)} off: what is committed may be lost; set on."
        if off
        else "what is committed is kept."
    )
    return Finding("durability", not off, said)


def _clock(env: Env) -> Finding:
    with connections.connect(env) as connection:
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    from weiting.core import clock

    apart = abs(clock.now().timestamp() - row[0]) if row else 0.0
    said = f"{apart:.1f} s between this machine and the database"
    return Finding("clock", apart < 2, f"{said}." if apart < 2 else f"{said}: set both by NTP.")


def _tables(env: Env) -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    said = f"{len(waiting)} migrations wait: run weiting manage migrate." if waiting else "up to date."
    return Finding("tables", not waiting, said)


def _queue(env: Env) -> Iterator[Finding]:
    from datetime import timedelta

    from weiting.core import clock
    from weiting.jobs import queries

    workers, waited = queries.count_workers(), queries.oldest_due().total_seconds()
    failed = queries.count_failed(since=clock.now() - timedelta(days=1))
    yield Finding(
        "worker",
        workers > 0 or waited < LONGEST_WAIT,
        f"{workers} at work." if workers else "none is at work: weiting up or weiting work starts one.",
    )
    yield Finding(
        "queue",
        waited < LONGEST_WAIT,
        f"the longest wait is {waited:.0f} s." + ("" if waited < LONGEST_WAIT else " Start more workers."),
    )
    if failed:
        yield Finding("failed jobs", False, f"{failed} given up within a day: see the worker's messages.")


def _mail(env: Env) -> Finding:
    url = urlsplit(env.email_url or f"file://{env.var / 'mail'}")
    if url.scheme == "file":
        said = f"written to {url.path}; set WEITING_EMAIL_URL to send it."
        return Finding("mail", True, said)
    try:
        with socket.create_connection((url.hostname or "localhost", url.port or 587), timeout=5):
            return Finding("mail", True, f"{url.hostname} answers.")
    except OSError as error:
        return Finding("mail", False, f"{url.hostname} does not answer ({error}): see WEITING_EMAIL_URL.")


def _static(env: Env) -> Finding:
    is_well = prepare.is_static_fresh(env)
    return Finding(
        "static files",
        is_well,
        "collected." if is_well else "stale: weiting up collects them, or collectstatic.",
    )


def _translations(env: Env) -> Finding:
    stale = messages.stale()
    said = (
        f"not compiled: {', '.join(stale)}; run python -m config.messages compile." if stale else "compiled."
    )
    return Finding("translations", not stale, said)


def _folder(env: Env) -> Finding:
    path = Path(env.var)
    mode = (path / "secrets").stat().st_mode & 0o077 if (path / "secrets").exists() else 0
    said = f"{path}." if not mode else f"others may read {path / 'secrets'}: chmod 700 it."
    return Finding("folder", not mode, said)


CHECKS: tuple[Callable[[Env], Finding | Iterator[Finding]], ...] = (
    _python,
    _folder,
    _disk,
    _server,
    _durability,
    _clock,
    _tables,
    _queue,
    _mail,
    _static,
    _translations,
)


def findings(env: Env) -> Iterator[Finding]:
    """Everything looked at; a check that fails itself is a finding too."""
    for check in CHECKS:
        try:
            found = check(env)
            yield from [found] if isinstance(found, Finding) else found
        except Exception as error:  # noqa: BLE001 - the doctor goes on with the next organ
            name = check.__name__.lstrip("_")
            yield Finding(name, False, f"could not be looked at: {str(error).strip().splitlines()[0]}")


def main(arguments: Sequence[str]) -> int:
    """Print the findings; the exit status is 1 when something is to be mended."""
    argparse.ArgumentParser(prog="weiting doctor", description=__doc__).parse_args(list(arguments))
    env = environment.current()
    try:
        hold = database.ensure(env)
    except SettingError as error:
        sys.stdout.write(f"{Finding('database', False, str(error))}\n")
        return 1
    with hold:
        environment.name_settings_module()
        import django

        django.setup()
        found = list(findings(env))
    sys.stdout.writelines(f"{finding}\n" for finding in found)
    return int(not all(finding.is_well for finding in found))
