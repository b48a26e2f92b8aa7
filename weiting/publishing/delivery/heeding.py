"""Heeds what channels tell by themselves inside every worker: a publication that has ended is asked about at once.

The channel's word alone settles nothing. It may come before our own call was answered, twice, or not at all.
"""

import logging
import threading
from functools import partial

from django.db import Error, close_old_connections, connection

from weiting import jobs
from weiting.channels.actions.hearing import TAG
from weiting.publishing.actions.looking import heed

logger = logging.getLogger(__name__)

# Seconds between looks while something has just been heard, while something waits on, and when nothing does.
SOON, LATER, SELDOM = 1.0, 15.0, 60.0
# So often it is looked at soon: our own answer is written within seconds, or the word was of somebody else's text.
PATIENCE = 30


def carry(stop: threading.Event) -> None:
    """Heed until `stop` is set."""
    wake = threading.Event()
    listener = jobs.listen(partial(_hear, wake), wake.set)
    threading.Thread(target=_stop_with, args=(stop, wake), name="heeding-stop", daemon=True).start()
    looks = 0
    try:
        while not stop.is_set():
            is_waiting = False
            try:
                is_waiting = heed()
            except Error as error:
                logger.warning("What channels told is heeded later: %s", str(error).strip())
                connection.close()
            close_old_connections()
            looks = looks + 1 if is_waiting else 0
            wait = SELDOM if not is_waiting else SOON if looks < PATIENCE else LATER
            looks = 0 if wake.wait(wait) else looks
            wake.clear()
            if is_waiting and not stop.is_set():
                # Whoever tells much does not keep us busy.
                stop.wait(0.2)
    finally:
        listener.stop()
        connection.close()


def _hear(wake: threading.Event, tags: frozenset[str]) -> None:
    if TAG in tags:
        wake.set()


def _stop_with(stop: threading.Event, wake: threading.Event) -> None:
    stop.wait()
    wake.set()
