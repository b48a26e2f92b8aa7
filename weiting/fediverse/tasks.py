"""What the fediverse does by itself: opens the accounts of connections gone live, forgets in time."""

from weiting import jobs
from weiting.fediverse import actions


@jobs.periodic("* * * * *", "fediverse.open")
def open_accounts() -> None:
    """Open the accounts of live connections that have none yet."""
    actions.open_accounts()


@jobs.periodic("50 3 * * *", "fediverse.tidy")
def tidy() -> None:
    """Forget what is no longer needed of others."""
    actions.tidy()
