"""The shape of an action: one function, one transaction, tried again when the database had to break a deadlock."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 4
# 40P01 deadlock_detected, 40001 serialization_failure: the database asks for exactly this, a new try.
RETRIED = frozenset({"40P01", "40001"})


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run a write verb in one transaction; the outermost one is repeated after a deadlock.

    Inside another action it joins the outer transaction, so that what is recorded and what is
    changed stand or fall together.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                sqlstate = getattr(error.__cause__, "sqlstate", None)
                if sqlstate not in RETRIED or attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    run.is_action = True  # type: ignore[attr-defined]
    return run
