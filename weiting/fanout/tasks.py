"""What fanout does by itself: forget, once a day, the single copies that arrived long ago."""

from weiting import jobs
from weiting.fanout import actions


@jobs.periodic("20 4 * * *", "fanout.tidy")
def tidy() -> None:
    """Remove copies that arrived long ago."""
    actions.tidy()
