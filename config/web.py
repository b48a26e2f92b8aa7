"""`weiting web`: serve the pages, with granian, in one or several processes."""

import argparse
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server import Server

from config import database, env as environment
from config.env import Env, SettingError
from config.processes import with_parent

_NEXT_PORTS = 100


def is_free(host: str, port: int) -> bool:
    """Whether this process could listen at that address now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise SettingError(f"WEITING_HOST is “{host}”, which is no address of this machine.") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(address)
            tried.listen(1)
        except PermissionError as error:
            raise SettingError(f"Port {port} needs root: set PORT to a number from 1024 up.") from error
        except OSError as error:
            if error.errno == 99:  # EADDRNOTAVAIL
                raise SettingError(
                    f"WEITING_HOST is “{host}”, which is no address of this machine."
                ) from error
            return False
    return True


def next_free(host: str, port: int) -> int:
    """The port wanted, or the first free one after it; raise SettingError when there is none nearby."""
    for candidate in range(port, min(port + _NEXT_PORTS, 65536)):
        if is_free(host, candidate):
            return candidate
    raise SettingError(f"No port from {port} on is free: set PORT to another number.")


def _until_loaded(tie: Callable[[], None] | None) -> Callable[[], None]:
    """Return what a worker does first of all: see to it that it can be ended while it loads, which takes seconds.

    It comes into the world with its parent's answers to signals, which do nothing in it: told to end, or left alone
    by a parent that was killed, it would go on for ever with the port and the database. What it does once it has
    loaded is gentler: see `config/asgi.py`.
    """

    def begin() -> None:
        if tie:
            tie()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    return begin


def serve(env: Env) -> None:
    """Serve until SIGINT or SIGTERM."""
    os.register_at_fork(after_in_child=_until_loaded(with_parent(signal.SIGKILL)))
    server = Server(
        "config.asgi:app",
        address=env.host,
        port=env.port,
        interface=Interfaces.ASGI,
        workers=env.web_workers,
        # Reading from and writing to sockets happens outside Python's lock: a fifth more pages a second.
        runtime_mode=RuntimeModes.mt,
        http=HTTPModes.auto,
        websockets=False,
        backpressure=max(256, env.web_threads * 8),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=3,
    )
    server.serve()


def main(arguments: Sequence[str]) -> int:
    """Parse the options and serve; a taken port is an error here, since a proxy would not find the next
    one.
    """
    env = environment.current()
    parser = argparse.ArgumentParser(prog="weiting web", description="Serve the pages only.")
    parser.add_argument("--host", default=env.host)
    parser.add_argument("--port", type=int, default=env.port)
    options = parser.parse_args(list(arguments))
    env = replace(env, host=options.host, port=options.port)
    if not is_free(env.host, env.port):
        raise SettingError(f"Port {env.port} is taken by another program: set PORT to a free one.")
    environment.adopt(env)
    with database.ensure(env):
        serve(env)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
