"""Ties the life of one process to another's, so that no kill, not even kill -9, leaves a part of the hall
behind.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_prctl: Callable[..., int] | None = None
if sys.platform == "linux":
    # Loaded before any fork: between fork and exec nothing may be imported.
    _prctl = ctypes.CDLL(None, use_errno=True).prctl


def with_parent(number: int) -> Callable[[], None] | None:
    """Return what a child runs before it starts, so that the kernel sends it `number` when this process
    dies.
    """
    if _prctl is None:
        return None
    parent, prctl = os.getpid(), _prctl

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # It died between the fork and the line above.
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Have this process receive `number` when its parent dies: from the kernel, or from a watch where it
    cannot.
    """
    parent = os.getppid()
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)
    else:
        threading.Thread(target=_watch, args=(parent, number), name="parent-watch", daemon=True).start()


def _watch(parent: int, number: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), number)
