"""What the worker does for notices: mail that is due leaves every minute."""

from weiting import jobs
from weiting.notices import actions


@jobs.periodic("* * * * *", "notices.send_due")
def send_due() -> None:
    """Send the mails whose time has come."""
    actions.send_due()
