"""What review does by itself: reminders, once a minute."""

from weiting import jobs
from weiting.review import actions


@jobs.periodic("* * * * *", "review.remind")
def remind() -> None:
    """Send the reminders whose time has come."""
    actions.remind_due()
