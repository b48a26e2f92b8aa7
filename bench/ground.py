"""The ground of all measurements: an embedded server of their own, the demo city, and a copy grown to size."""

import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from bench import grow
from config import connections, database, env as environment, prepare
from config.env import Env


@dataclass
class Ground:
    """A server with databases to measure on."""

    env: Env
    # Databases whose tables are as the code wants them; kept ones may be older.
    current: set[str] = field(default_factory=set)
    copies: list[str] = field(default_factory=list)

    def of(self, name: str) -> Env:
        """Return the settings of this ground with another database of its server."""
        found = {**connections.parameters(self.env), "dbname": name}
        return replace(self.env, database_url=connections.url(found))

    def has(self, name: str) -> bool:
        """Say whether a database is there."""
        with connections.connect(self.env, "postgres") as server:
            return bool(server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())

    def demo(self) -> Env:
        """Return the settings of the demo city, loaded on first use."""
        if not self.has("demo"):
            self._make("demo_fresh", "template0")
            prepare.run_aside(self.of("demo_fresh"), ["messages", "static", "tables", "demo"])
            self._rename("demo_fresh", "demo")
        return self._current("demo")

    def grown(self, posts: int) -> Env:
        """Return the settings of the demo city grown to so many posts, made on first use."""
        name = f"grown_{posts}"
        if not self.has(name):
            self.demo()
            self._make(f"{name}_fresh", "demo")
            say(f"Growing the city to {posts:,} posts …")
            done = subprocess.run(
                [sys.executable, "-m", "bench.grow", str(posts)],
                env=environment.as_environ(self.of(f"{name}_fresh")),
                cwd=environment.ROOT,
                check=False,
            )
            if done.returncode:
                raise SystemExit("the city could not be grown; the reason stands above")
            self._rename(f"{name}_fresh", name)
        return self._current(name)

    def copy_of_demo(self) -> Env:
        """Return the settings of a copy that a measurement may change."""
        self.demo()
        name = f"copy_{secrets.token_hex(3)}"
        self._make(name, "demo")
        self.copies.append(name)
        return self.of(name)

    def forget_copies(self) -> None:
        """Remove the copies of this run: each is as large as the demo city."""
        with connections.connect(self.env, "postgres") as server:
            while self.copies:
                server.execute(f'DROP DATABASE IF EXISTS "{self.copies.pop()}" WITH (FORCE)')

    def _current(self, name: str) -> Env:
        if name not in self.current:
            prepare.run_aside(self.of(name), ["messages", "static", "tables"])
            self.current.add(name)
        return self.of(name)

    def _make(self, name: str, template: str) -> None:
        with connections.connect(self.env, "postgres") as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _rename(self, old: str, new: str) -> None:
        with connections.connect(self.env, "postgres") as server:
            server.execute(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def say(line: str) -> None:
    """Print one line at once."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def ground(folder: Path | None) -> Iterator[Ground]:
    """Run a server for the measurements; without a folder everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="weiting-bench-", ignore_cleanup_errors=True) as temporary:
        var = folder or Path(temporary)
        var.mkdir(parents=True, exist_ok=True)
        # The database runs under an account of its own when this runs as root.
        var.chmod(0o755)
        base = replace(environment.current(), var=var, database_url="", demo=False, debug=False)
        with database.ensure(base):
            made = Ground(base)
            yield made
            made.forget_copies()


__all__ = ["Ground", "ground", "grow", "psycopg", "say"]
