"""Work that waits: tasks run by the worker, at a time if need be, and word of changes to every process.

Tasks are rows in the hall's own database, laid down in the transaction of the change that asks for them, so
neither is without the other. A task may run twice (a worker can die just before it says it is done): write
it so that the second time does no harm. Declare tasks in `<app>/tasks.py`. Not here: what a task does, which
is its module's business.
"""

from weiting.jobs.announcing import Listener, announce, listen
from weiting.jobs.declaring import BACKOFF, periodic, task
from weiting.jobs.deferring import defer
from weiting.jobs.keys import cancel
from weiting.jobs.runners import alongside

__all__ = ["BACKOFF", "Listener", "alongside", "announce", "cancel", "defer", "listen", "periodic", "task"]
