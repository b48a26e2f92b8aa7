"""Brings a hall up to date before it starts: translations, static files, tables, and the demo city on the
first start.

Each step has a mark of what it last did, so that a second start finds in milliseconds that there is nothing
to do.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from config import connections, env as environment, messages
from config.env import Env
from config.processes import with_parent

_LIBRARIES = ("django", "django-allauth", "procrastinate", "django-htmx")
# Any number, the same in every process: two starts at once must not migrate at once.
_LOCK = 20261121


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _mark(files: Iterable[Path], *, contents: bool) -> str:
    """A mark that changes when a file comes, goes or (with `contents`) changes, or a library does."""
    rows = [f"{name} {version(name)}" for name in _LIBRARIES]
    for path in sorted(files):
        found = path.stat()
        rows.append(
            f"{path.relative_to(environment.ROOT)}" + (f" {found.st_size} {found.st_mtime_ns}" * contents)
        )
    return _digest(rows)


def static_mark() -> str:
    """The mark of all static files as they are now."""
    package = environment.ROOT / "weiting"
    return _mark((path for path in package.glob("*/static/**/*") if path.is_file()), contents=True)


def tables_mark(*, contents: bool = False) -> str:
    """The mark of all migrations as they are now; with `contents` it sees that one was edited."""
    return _mark((environment.ROOT / "weiting").glob("*/migrations/[0-9]*.py"), contents=contents)


def _static_mark_file(env: Env) -> Path:
    return env.var / "static" / ".mark"


def is_static_fresh(env: Env) -> bool:
    """Whether the collected static files are those of the program as it is."""
    return _read(_static_mark_file(env)) == static_mark()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _state_of_tables(env: Env) -> tuple[str, bool]:
    """The mark left by the last migration, and whether there is a unit."""
    with connections.connect(env) as connection:
        row = connection.execute(
            "SELECT obj_description(to_regclass('django_migrations'), 'pg_class'),"
            " to_regclass('units_unit') IS NOT NULL"
        ).fetchone()
        assert row is not None
        mark, has_table = row
        units = has_table and connection.execute("SELECT EXISTS (SELECT FROM units_unit)").fetchone()
        return mark or "", bool(units and units[0])


def waiting(env: Env) -> list[str]:
    """The steps this hall needs before it starts; an empty list on most starts."""
    steps = []
    if messages.stale():
        steps.append("messages")
    if not is_static_fresh(env):
        steps.append("static")
    mark, has_units = _state_of_tables(env)
    if mark != tables_mark():
        steps.append("tables")
    if env.demo and not has_units and has_command("load_demo"):
        steps.append("demo")
    return steps


def has_command(name: str) -> bool:
    """Whether some module brings the management command `name`."""
    return any((environment.ROOT / "weiting").glob(f"*/management/commands/{name}.py"))


def run_aside(env: Env, steps: list[str]) -> None:
    """Take the steps in a process of their own, so that the supervisor stays small; raise SettingError on
    failure.
    """
    done = subprocess.run(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", "config.prepare", *steps],
        cwd=environment.ROOT,
        env=environment.as_environ(env),
        preexec_fn=with_parent(15),  # noqa: PLW1509 - ties its life to ours
        check=False,
    )
    if done.returncode:
        raise environment.SettingError("The hall could not be made ready; the reason stands above.")


# --- the steps, in the process of their own -----------------------------------------------------------------


def _messages(env: Env) -> None:
    messages.compile_all(messages.stale())


def _static(env: Env) -> None:
    from django.core.management import call_command

    mark = static_mark()
    call_command("collectstatic", interactive=False, verbosity=0)
    _static_mark_file(env).write_text(mark, encoding="utf-8")


def _tables(env: Env) -> None:
    from django.core.management import call_command

    mark = tables_mark()
    with connections.connect(env) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        call_command("migrate", interactive=False, verbosity=0)
        # Of a new column PostgreSQL knows nothing until a tenth of the rows has changed, and may choose badly.
        connection.execute("ANALYZE")
        connection.execute(f"COMMENT ON TABLE django_migrations IS '{mark}'")


def _demo(env: Env) -> None:
    from django.core.management import call_command

    call_command("load_demo")


_STEPS = {
    "messages": (_messages, ""),
    "static": (_static, "Collecting static files …"),
    "tables": (_tables, "Bringing the tables up to date …"),
    "demo": (_demo, "Loading the demo city …"),
}


def main(steps: list[str]) -> int:
    """Take the steps named, in their fixed order."""
    environment.name_settings_module()
    import django

    env = environment.current()
    is_set_up = False
    for name, (step, said) in _STEPS.items():
        if name not in steps:
            continue
        if said:
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
        # Translations first, then Django: it reads them when it starts.
        if name != "messages" and not is_set_up:
            django.setup()
            is_set_up = True
        step(env)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
