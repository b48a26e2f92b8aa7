"""What the worker does for units: reminders of batches, each morning."""

from weiting import jobs
from weiting.units import reminding


@jobs.periodic("30 8 * * *", "units.remind_batches")
def remind_batches() -> None:
    """Remind units of the deadline of their batch."""
    reminding.remind_batches()
