"""The name by which a worker holds leases, and which of such names surely belong to nobody any more."""

import os
import socket
from collections.abc import Collection

import psutil


def myself() -> str:
    """Return the name of this process: its machine, its number, and when it began."""
    me = psutil.Process()
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{int(me.create_time() * 1000)}"


def dead(names: Collection[str]) -> list[str]:
    """List the names of workers of this machine that surely are no more; of other machines nobody can know."""
    here = f"{socket.gethostname()[:40]}:"
    return [each for each in names if each.startswith(here) and not _lives(each)]


def _lives(name: str) -> bool:
    _host, pid, born = name.rsplit(":", 2)
    try:
        return abs(psutil.Process(int(pid)).create_time() * 1000 - int(born)) < 1000
    except (psutil.NoSuchProcess, ValueError):
        return False
