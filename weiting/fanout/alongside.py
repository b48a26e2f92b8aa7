"""Carries copies inside every worker, so that a small hall needs no process of its own for it."""

import threading

from django.conf import settings

from weiting.fanout.engine import Engine
from weiting.fanout.wires import Wires


def carry(stop: threading.Event) -> None:
    """Carry copies until `stop` is set; the calls under way end first."""
    with Wires(allow_private=settings.CHANNELS_PRIVATE) as wires:
        engine = Engine(wires)
        threading.Thread(target=_stop_with, args=(stop, engine), name="copies-stop", daemon=True).start()
        engine.run()


def _stop_with(stop: threading.Event, engine: Engine) -> None:
    stop.wait()
    engine.stop()
