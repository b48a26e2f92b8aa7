"""What runs in every worker from its start to its end, beside the jobs: the carriers that have rows of their own."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

logger = logging.getLogger(__name__)

# Seconds before a runner that failed is begun again.
AGAIN_AFTER = 2.0
_runners: dict[str, str] = {}


def alongside(name: str, function: str) -> None:
    """Have `function` ("package.module.function") run in a thread of each worker.

    It is called with an event and returns soon after that is set; one that fails is logged and begun again. Named, not
    handed over, so that only workers load what it needs.
    """
    _runners[name] = function


@contextmanager
def running() -> Iterator[None]:
    """Run everything that was declared until the block ends."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_keep, args=(name, path, stop), name=name, daemon=True)
        for name, path in _runners.items()
    ]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in threads:
            each.join(30)


def _keep(name: str, path: str, stop: threading.Event) -> None:
    module, _dot, function = path.rpartition(".")
    while not stop.is_set():
        try:
            getattr(import_module(module), function)(stop)
        except Exception:
            logger.exception("“%s” failed and is begun again", name)
            stop.wait(AGAIN_AFTER)
