"""Carries deliveries inside every worker, so that a small hall needs no process of its own for it."""

import threading

from django.conf import settings

from weiting.channels.wire import Wire
from weiting.publishing.delivery.engine import Engine


def carry(stop: threading.Event) -> None:
    """Carry deliveries until `stop` is set; the calls under way end first."""
    with Wire(allow_private=settings.CHANNELS_PRIVATE, by_thread=True) as wire:
        engine = Engine(wire)
        threading.Thread(target=_stop_with, args=(stop, engine), name="deliveries-stop", daemon=True).start()
        engine.run()


def _stop_with(stop: threading.Event, engine: Engine) -> None:
    stop.wait()
    engine.stop()
