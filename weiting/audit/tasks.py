"""What the worker does by itself: seals the days that have ended.

Declared with procrastinate itself: audit and jobs stand in one row and do not know each other.
"""

from procrastinate.contrib.django import app

from weiting.audit import actions


# Every hour, though once a day would do: a night without a worker is caught up within the hour.
@app.periodic(cron="5 * * * *", periodic_id="audit.seal")
@app.task(name="audit.seal", lock="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Write the head of every ended day that has none yet."""
    actions.seal_days()
