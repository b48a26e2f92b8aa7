"""What posts do by themselves: remind whoever owes a report or an assigned text."""

from weiting import jobs
from weiting.posts import actions


@jobs.periodic("*/10 * * * *", "posts.remind")
def remind() -> None:
    """Send the reminders whose time has come."""
    actions.remind_due()
