"""Starts and stops the embedded PostgreSQL: one server for all processes of a hall, gone when the last of
them is.

Whoever needs the database holds a shared lock on `lock/users`. A small *keeper* process runs the server and
waits to have that lock alone: the kernel gives it over when the last user ends, by whatever death, and the
keeper then stops the server. A new start recovers whatever was cut off.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import psutil
import psycopg
from psycopg import sql

from config import connections, env as environment
from config.engine import Engine, clean_environment, in_words
from config.env import Env, SettingError
from config.locks import FileLock
from config.processes import with_parent

START_WITHIN = 60.0
# The keeper has taken the users' lock by then, unless somebody else has it.
_LET_GO_WITHIN = 4.0
_LOG_LIMIT = 10 * 2**20
# For the test run only: a crash of the machine may cost its data, and nothing else does.
FAST = "--fast"
_CLEARED = "cleared"


class Hold:
    """This process's use of the database; the server runs at least until it is released."""

    def __init__(self, env: Env, users: FileLock | None) -> None:
        self._env, self._users = env, users

    def release(self, *, wait: float = 0) -> bool:
        """Stop using the database; wait up to `wait` seconds for the server to end, less when others use it,
        and say whether it has.
        """
        if self._users is None:
            return True
        self._users.release()
        began = time.monotonic()
        while not (gone := is_gone(self._env)) and (waited := time.monotonic() - began) < wait:
            if waited > _LET_GO_WITHIN and self._is_used_by_others():
                break
            time.sleep(0.02)
        return gone

    def _is_used_by_others(self) -> bool:
        with _lock(Engine(self._env), "users") as users:
            return users.try_acquire(exclusive=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.release()


def ensure(env: Env | None = None, *, fast: bool = False) -> Hold:
    """Start the embedded server unless it runs, make its database, and hold it; raise SettingError in a
    sentence.

    With DATABASE_URL set there is nothing to start, and the hold is empty.
    """
    env = env or environment.current()
    if not env.is_embedded:
        return Hold(env, None)
    engine = Engine(env)
    engine.check()
    with _lock(engine, "start").acquire(exclusive=True):
        users = _lock(engine, "users").acquire(exclusive=False)
        try:
            if not (is_running(env) and _answers(env)):
                _wait_for_end(engine)
                _start(engine, fast=fast)
                _make_database(env)
        except BaseException:
            users.release()
            raise
    return Hold(env, users)


def _answers(env: Env) -> bool:
    """Whether the server takes this connection: one that was killed just now still looks alive."""
    try:
        connections.connect(env).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for_end(engine: Engine) -> None:
    """Wait for a keeper that is on its way out, so that its lock is free for the next."""
    deadline = time.monotonic() + START_WITHIN
    while not is_gone(engine.env) and time.monotonic() < deadline:
        time.sleep(0.02)


def is_running(env: Env) -> bool:
    """Whether a keeper holds the server of these data, and the server takes connections."""
    engine = Engine(env)
    if is_gone(env) or (engine.var / "lock" / "server").read_text() != _CLEARED:
        return False
    return _status(engine) == "ready"


def is_gone(env: Env) -> bool:
    """Whether no keeper runs the server of these data."""
    engine = Engine(env)
    if not (engine.var / "lock" / "server").exists():
        return True
    with _lock(engine, "server") as server:
        return server.try_acquire(exclusive=False)


def wait_until_gone(env: Env) -> None:
    """Return when no keeper runs the server of these data, however long that takes."""
    with _lock(Engine(env), "server").acquire(exclusive=False):
        return


def _lock(engine: Engine, name: str) -> FileLock:
    folder = engine.var / "lock"
    engine.make_folder(folder)
    return FileLock(folder / name)


def _pid_file(engine: Engine) -> list[str]:
    try:
        return (engine.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _status(engine: Engine) -> str:
    lines = _pid_file(engine)
    return lines[7].strip() if len(lines) > 7 else ""


def _start(engine: Engine, *, fast: bool) -> None:
    log_from = engine.log.stat().st_size if engine.log.exists() else 0
    with _lock(engine, "server") as server:
        server.note("")  # What a killed keeper noted holds no more.
    command = [sys.executable, "-m", "config.database", *([FAST] if fast else [])]
    keeper = subprocess.Popen(
        command,
        cwd=environment.ROOT,
        env=environment.as_environ(engine.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for the supervisor, who has the others stop first.
        text=True,
    )
    deadline = time.monotonic() + START_WITHIN
    while not is_running(engine.env):
        if keeper.poll() is not None:
            said = keeper.stdout.read().strip() if keeper.stdout else ""
            raise SettingError(said or in_words(_log_since(engine, log_from), "The database did not start"))
        if time.monotonic() > deadline:
            raise SettingError(
                f"The database did not start within {START_WITHIN:.0f} seconds: see {engine.log}."
            )
        time.sleep(0.02)
    # The keeper outlives this process on purpose; a thread takes its exit status so that no zombie stays.
    threading.Thread(target=keeper.wait, name="keeper-exit", daemon=True).start()


def _log_since(engine: Engine, offset: int) -> str:
    try:
        with engine.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(offset)
            return log.read()
    except OSError:
        return ""


def _make_database(env: Env) -> None:
    """Make the empty database of the hall in a server that has none yet."""
    name = connections.parameters(env)["dbname"]
    with connections.connect(env, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).rowcount:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


# --- the keeper ---------------------------------------------------------------------------------------------


def _memory(env: Env) -> int:
    if env.database_memory:
        return env.database_memory
    # 128 MB on a machine of 3 GB, 256 on 4, 768 on 8: the index of a million posts wants a gigabyte.
    eighth = psutil.virtual_memory().total // 2**23
    return int(min(max(eighth - 256, 128), 4096))


def server_settings(env: Env, *, fast: bool) -> dict[str, str]:
    """The settings the server starts with; they are read anew on every start."""
    cache = psutil.virtual_memory().total // 2**21
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(connections.socket_folder(env)),
        "max_connections": "100",
        "shared_buffers": f"{_memory(env)}MB",
        "effective_cache_size": f"{cache}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "64MB",
        "jit": "off",
        "random_page_cost": "1.1",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        # What is looked for is mostly in the system's memory already: handing each page to a worker took longer
        # than reading it, above all on a busy machine.
        "io_method": "sync",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "log_checkpoints": "off",
        "log_min_messages": "warning",
        "log_line_prefix": "%m [%p] ",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not _has_room_in_shm():
        settings["dynamic_shared_memory_type"] = "mmap"
    if fast:
        settings |= {
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "shared_buffers": "128MB",
        }
    return settings


def _has_room_in_shm() -> bool:
    """Whether /dev/shm is big enough for parallel queries; containers often give it 64 MB."""
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 - looked at, never written
    except OSError:
        return True
    return found.f_frsize * found.f_blocks >= 256 * 2**20


def _processes_on(data: Path) -> list[psutil.Process]:
    """Every process of a server on these data: all of them work in that folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name().startswith("postgres") and Path(process.cwd()).samefile(data):
                found.append(process)
    return found


def _clear_remains(engine: Engine) -> None:
    """End what is left of a server whose keeper was killed, and remove the marks it left.

    The process number in a mark may by now belong to any other program, on which PostgreSQL would refuse
    to start. The marks may go only when no process is left on the data: two servers would destroy them.
    """
    left = _processes_on(engine.data)
    for process in left:
        if str(process.pid) in _pid_file(engine)[:1]:
            process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(left, timeout=20)
    for process in alive:
        process.kill()
    _, alive = psutil.wait_procs(alive, timeout=5)
    if alive:
        raise SettingError(f"Process {alive[0].pid} still works on {engine.data}: end it, then start again.")
    (engine.data / "postmaster.pid").unlink(missing_ok=True)
    socket = connections.socket_folder(engine.env) / connections.SOCKET_NAME
    socket.unlink(missing_ok=True)
    socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)


def _open_log(engine: Engine) -> int:
    engine.make_folder(engine.log.parent)
    if engine.log.exists() and engine.log.stat().st_size > _LOG_LIMIT:
        engine.log.replace(engine.log.with_suffix(".log.1"))
    return os.open(engine.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


def _make_socket_folder(engine: Engine) -> Path:
    folder = connections.socket_folder(engine.env)
    engine.make_folder(folder, 0o700)
    owner = folder.lstat().st_uid
    expected = engine.account.pw_uid if engine.account else os.geteuid()
    if folder.is_symlink() or owner not in {expected, os.geteuid()}:
        raise SettingError(f"{folder} belongs to somebody else: remove it, or choose a shorter WEITING_VAR.")
    engine.give(folder)
    return folder


def _serve(engine: Engine, lock: FileLock, *, fast: bool) -> int:
    engine.fill()
    _make_socket_folder(engine)
    _clear_remains(engine)
    # Until here the mark of a server that was killed may still say “ready”.
    lock.note(_CLEARED)
    options = [f"--{name}={value}" for name, value in server_settings(engine.env, fast=fast).items()]
    server = subprocess.Popen(  # noqa: S603 - our own program, no shell
        [str(engine.programs / "postgres"), "-D", str(engine.data), *options],
        cwd="/",
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=_open_log(engine),
        start_new_session=True,
        preexec_fn=with_parent(signal.SIGINT),  # noqa: PLW1509 - no thread runs yet
        **engine.identity(),
    )

    def stop(*_: int | FrameType | None) -> None:
        # SIGINT is PostgreSQL's fast stop: sessions end, what is committed is written.
        server.send_signal(signal.SIGINT)

    def stop_after_last_user() -> None:
        _lock(engine, "users").acquire(exclusive=True)
        stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=stop_after_last_user, name="last-user", daemon=True).start()
    return server.wait()


def keep(env: Env, *, fast: bool) -> int:
    """Run the server of these data until its last user has gone; the body of the keeper process."""
    engine = Engine(env)
    server = _lock(engine, "server")
    deadline = time.monotonic() + 5
    # Others look at this lock for an instant to see whether a server runs: one refusal says nothing.
    while not server.try_acquire(exclusive=True):
        if time.monotonic() > deadline:
            sys.stdout.write(f"Another process runs the database in {engine.data}: stop that one first.\n")
            return 1
        time.sleep(0.01)
    try:
        return _serve(engine, server, fast=fast)
    except SettingError as error:
        sys.stdout.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(keep(environment.current(), fast=FAST in sys.argv))
