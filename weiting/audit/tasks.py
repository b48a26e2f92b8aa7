"""What the worker does by itself: seals the days that have ended."""

from weiting import jobs
from weiting.audit import actions


# As the day ends, and once more in case the clocks of two machines differ a little; then every hour, so that
# a night without a worker is caught up within the hour.
@jobs.periodic("0,1 * * * *", "audit.seal")
def seal() -> None:
    """Write the head of every ended day that has none yet, and tell every process of it."""
    actions.seal_days()
