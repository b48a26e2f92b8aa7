"""`weiting up`: database, web and worker under one supervisor, with the fake channels where the demo city is; one
Ctrl-C stops them all, the database last.
"""

import http.client
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from types import FrameType

import psycopg

from config import connections, database, env as environment, prepare, web
from config.env import Env
from config.processes import with_parent

# Web and worker get this long to end what they have begun; with the database's stop all is over within five
# seconds.
GRACE = 3.0
READY_WITHIN = 60.0
PYTHON = (sys.executable, "-m")
FAKES = "sandbox"
SANDBOX_PORT, SMTP_PORT = 8090, 8025
_BACKOFF = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
_STEADY = 60.0
_LOOK_EVERY = 0.25


def say(sentence: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


@dataclass
class Child:
    """A process kept running: started again, later each time, when it dies."""

    name: str
    command: list[str]
    env: Env
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it, tied to this process's life and out of the terminal's reach."""
        self.process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            self.command,
            cwd=environment.ROOT,
            env=environment.as_environ(self.env),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the supervisor's, who stops things in order.
            preexec_fn=with_parent(signal.SIGTERM),  # noqa: PLW1509 - ties its life to ours
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again if it has died, and say so."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.failures = 1 if now - self.started > _STEADY else self.failures + 1
        wait = _BACKOFF[min(self.failures, len(_BACKOFF)) - 1]
        say(f"The {self.name} process ended ({_how(status)}); it is started again in {wait:g} s.")
        self.process, self.due = None, now + wait

    def tell(self, number: int) -> None:
        """Send it a signal if it runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, deadline: float) -> None:
        """Wait until it has ended, and kill it at the deadline: what it was doing is taken up on the next
        start.
        """
        if self.process is None:
            return
        try:
            self.process.wait(max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"The {self.name} process is cut off, being late; the next start takes up its work.")
            self.process.kill()
            self.process.wait()


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


class Supervisor:
    """Everything one `weiting up` runs."""

    def __init__(self, env: Env) -> None:
        self.env = env
        # Not an event: the signal may come while this very thread holds the event's lock, and both would wait for ever.
        self.stopping = False
        self.database_lost = threading.Event()
        self.hold: database.Hold | None = None
        self.children: list[Child] = []

    def ask_to_stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Stop soon; asked twice, at once."""
        if self.stopping:
            for child in self.children:
                child.tell(signal.SIGKILL)
        self.stopping = True

    def run(self) -> int:
        """Start everything, look after it, and stop everything when asked to."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            self._start()
            while not self._is_stopping_after(_LOOK_EVERY):
                self._look_after()
        finally:
            self._stop()
        return 0

    def _is_stopping_after(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.stopping

    def _start(self) -> None:
        begun = time.monotonic()
        self._hold_database()
        if steps := prepare.waiting(self.env):
            prepare.run_aside(self.env, steps)
        if self.stopping:
            return
        port = web.next_free(self.env.host, self.env.port)
        if port != self.env.port:
            say(f"Port {self.env.port} is taken by another program: using {port} instead.")
            self.env = replace(self.env, port=port)
        fakes: list[Child] = []
        if _is_demo(self.env) and not self.env.sandbox_url:
            self.env, fakes = _with_fakes(self.env)
        self.children = [
            Child("web", [*PYTHON, "config.web"], self.env),
            Child("worker", [*PYTHON, "config.cli", "work"], self.env),
            *fakes,
        ]
        for child in self.children:
            child.start()
        if self._wait_until_ready():
            self._greet(time.monotonic() - begun)

    def _hold_database(self) -> None:
        previous, self.hold = self.hold, database.ensure(self.env)
        if previous:
            previous.release()
        if self.env.is_embedded:
            self.database_lost.clear()
            threading.Thread(target=self._watch_database, name="database-watch", daemon=True).start()

    def _watch_database(self) -> None:
        database.wait_until_gone(self.env)
        self.database_lost.set()

    def _look_after(self) -> None:
        if self.database_lost.is_set():
            say("The database ended; it is started again.")
            self._hold_database()
        for child in self.children:
            child.look_after()

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while not self._is_stopping_after(0.05):
            if is_answering(self.env):
                return True
            self._look_after()
            if time.monotonic() > deadline:
                say(f"The web process has not answered for {READY_WITHIN:.0f} seconds; see above.")
                return False
        return False

    def _greet(self, seconds: float) -> None:
        say(f"\n  Weiting is at {self.env.base_url}/  (ready in {seconds:.1f} s; Ctrl-C stops everything)\n")
        for line in _sign_ins(self.env):
            say(f"  {line}")
        if any(child.name == FAKES for child in self.children):
            say(f"  What followers would see on the fake Weibo, WeChat and mail: {self.env.sandbox_url}/")

    def _stop(self) -> None:
        deadline = time.monotonic() + GRACE
        for child in self.children:
            child.tell(signal.SIGTERM)
        for child in self.children:
            child.end(deadline)
        if self.hold and not self.hold.release(wait=10) and self.env.is_embedded and self.children:
            say("The database goes on: another process of this hall uses it.")


def _with_fakes(env: Env) -> tuple[Env, list[Child]]:
    """Return the settings of a demo city whose channels lead to fakes on this machine, and the process that is them.

    Mail goes there as well unless the operator has said where it goes.
    """
    port, smtp = web.next_free("127.0.0.1", SANDBOX_PORT), web.next_free("127.0.0.1", SMTP_PORT)
    command = [*PYTHON, "config.cli", "sandbox", f"--port={port}", f"--smtp-port={smtp}"]
    command.append(f"--keep={env.var / 'sandbox.pickle'}")
    led = replace(
        env,
        sandbox_url=f"http://127.0.0.1:{port}",
        channels_private=True,
        email_url=env.email_url or f"smtp://127.0.0.1:{smtp}",
    )
    return led, [Child(FAKES, command, led)]


def is_answering(env: Env) -> bool:
    """Whether the web process answers."""
    host = "127.0.0.1" if env.host in {"0.0.0.0", "::", ""} else env.host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, env.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _sign_ins(env: Env) -> list[str]:
    if find_spec("weiting.demo.signins") is None or not _is_demo(env):
        return []
    lines: Callable[[], list[str]] = import_module("weiting.demo.signins").lines
    return list(lines())


def _is_demo(env: Env) -> bool:
    """Whether this hall holds the demo city: a real one must not print passwords that do not work."""
    try:
        with connections.connect(env) as found:
            row = found.execute(
                "SELECT EXISTS (SELECT FROM audit_entry WHERE verb = 'demo.city.load')"
            ).fetchone()
    except psycopg.Error:
        # The database may end at any moment; a greeting must not take the hall down with it.
        return False
    return bool(row and row[0])


def main(arguments: Sequence[str]) -> int:
    """Run the hall until it is told to stop."""
    if arguments:
        say("usage: weiting up\n\nStart database, web and worker; on the first start the demo city.")
        return 0 if arguments[0] in {"-h", "--help"} else 2
    return Supervisor(environment.current()).run()
