"""What the worker does for notices: mail that is due leaves every minute."""

from weiting import jobs
from weiting.notices import sending


@jobs.periodic("* * * * *", "notices.send_due")
def send_due() -> None:
    """Send the mails whose time has come."""
    sending.send_due()
