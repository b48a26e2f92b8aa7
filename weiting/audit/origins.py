"""How an act came about: a context variable that the middleware, the commands and the worker set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from weiting.core import clock


@dataclass(frozen=True, slots=True)
class Came:
    """The way an act came in, and the mark of the caller's address for today ("" when there is none)."""

    how: str
    mark: str = ""


_current: ContextVar[Came | None] = ContextVar("audit_origin", default=None)
# Without a request or a statement otherwise, code runs because the system itself started it.
BY_ITSELF = Came("worker")


def current() -> Came:
    """Return how the act in hand came about."""
    return _current.get() or BY_ITSELF


@contextmanager
def origin(how: str, mark: str = "") -> Iterator[None]:
    """Say how everything recorded inside the block came about: "web", "cli", "worker" or "link"."""
    token = _current.set(Came(how, mark))
    try:
        yield
    finally:
        _current.reset(token)


def mark_of(address: str) -> str:
    """Return today's mark of an address: it tells two callers of one day apart and names neither.

    The key changes with the day, so marks of two days cannot be joined without the secret key.
    """
    if not address:
        return ""
    return salted_hmac(f"audit.origin.{clock.today()}", address, algorithm="sha256").hexdigest()[:16]
