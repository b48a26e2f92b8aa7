"""Takes somebody's word that they have put a text on a platform, with what could be seen of it."""

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.publishing.actions.standstill import confirm_by_hand
from weiting.publishing.models import Delivery, Receipt


@action
def put_by_hand(delivery: Delivery, *, by: Person, url: str = "", is_seen: bool = False) -> Receipt | None:
    """Record that a text stands at an address, or was taken down there; raises as `confirm_by_hand`.

    `is_seen` says that its page was read and shows it; otherwise it stands there by somebody's word.
    """
    receipt = confirm_by_hand(delivery, by=by, url=url)
    if receipt is not None and is_seen:
        receipt.standing, receipt.checked_at = Receipt.Standing.THERE, clock.now()
        receipt.save(update_fields=["standing", "checked_at"])
    return receipt
