"""What the hall does by itself: look now and then whether a feed has changed of which nobody was told."""

from weiting import jobs
from weiting.hall.followed import Teller


@jobs.periodic("*/10 * * * *", "hall.feeds")
def feeds() -> None:
    """Hand every followed feed to the hub, which sends on only what is new."""
    Teller().tell()
