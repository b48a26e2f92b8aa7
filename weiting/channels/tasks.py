"""What channels do by themselves: read what people wrote, tell ahead what ends, forget what is old."""

from weiting import jobs
from weiting.channels import expiring, oauth, polling
from weiting.channels.actions import hearing, spending


@jobs.periodic("*/5 * * * *", "channels.read")
def read() -> None:
    """Read the lists of the accounts whose time has come."""
    polling.read_due()


@jobs.periodic("11 */6 * * *", "channels.tell_ahead")
def tell_ahead() -> None:
    """Learn when pasted tokens end, and tell people of authorisations that do."""
    oauth.learn_ends()
    expiring.tell_ahead()


@jobs.periodic("41 3 * * *", "channels.forget")
def forget() -> None:
    """Forget what was heard and spent long ago."""
    hearing.forget_old()
    spending.forget_old()
