"""What publishing does by itself: release at the moment due, and once a minute whatever was missed."""

from weiting import jobs
from weiting.publishing import actions
from weiting.publishing.delivery import checking


@jobs.task("publishing.release")
def release(release_id: int) -> None:
    """Release one plan at its moment."""
    actions.release_one(release_id)


@jobs.periodic("* * * * *", "publishing.sweep")
def sweep() -> None:
    """Release what was missed, fulfil wishes left over, take out of the lists what is out of date."""
    actions.fulfil_wishes()
    actions.release_due()
    actions.expire_due()


@jobs.periodic("* * * * *", "publishing.tell_stopped")
def tell_stopped() -> None:
    """Tell people which deliveries and accounts need them."""
    actions.tell_stopped()


@jobs.periodic("*/10 * * * *", "publishing.check_receipts")
def check_receipts() -> None:
    """Look again whether what arrived still stands there."""
    checking.check_due()
