"""`weiting deliver`: carry released texts to channels until told to stop."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from weiting.channels.wire import Wire
from weiting.publishing.delivery import Engine, Pace
from weiting.publishing.delivery.calling import Patience


class Command(BaseCommand):
    """Run a worker of deliveries; as many as wanted may run, on as many machines."""

    help = "Carry released texts to channels. Ctrl-C stops after the calls under way have ended."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--calls", type=int, default=Pace.calls, help="calls at the same time")
        parser.add_argument("--once", action="store_true", help="stop when nothing is due any more")
        parser.add_argument(
            "--settle",
            type=float,
            default=Patience().settle.total_seconds(),
            help="seconds after which a text that is not there never arrived; shorter only for fake channels",
        )
        parser.add_argument(
            "--longest",
            type=float,
            default=Patience().longest,
            help="for fake channels only: the longest wait, in seconds, whatever a platform's rules and answers say",
        )

    def handle(self, *, calls: int, once: bool, settle: float, longest: float, **_: Any) -> None:
        """Work; raise CommandError for waits that real platforms would be sent texts twice with."""
        usual = Patience()
        is_quick = settle < usual.settle.total_seconds() or longest < usual.longest
        if is_quick and not settings.CHANNELS_PRIVATE:
            raise CommandError(
                "Shorter waits are for the fake channels of this machine (WEITING_CHANNELS_PRIVATE): a real platform "
                "may still be at work on a text that is then sent twice."
            )
        given = timedelta(seconds=settle)
        patience = Patience(given, (0.2, 0.5, 1.0), (1.0, 2.0), longest) if is_quick else Patience(given)
        with Wire(allow_private=settings.CHANNELS_PRIVATE, by_thread=True) as wire:
            engine = Engine(wire, Pace(calls=calls, patience=patience))
            with _on_signal(engine.stop):
                engine.run(until_idle=once)


@contextmanager
def _on_signal(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` when this process is told to end, from a thread of its own.

    A handler runs in the middle of whatever the engine does, and would wait for ever for a lock the engine holds.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)
    heard, told = socket.socketpair()
    told.setblocking(False)

    def listen() -> None:
        while number := heard.recv(1):
            if number[0] in numbers:
                stop()

    listener = threading.Thread(target=listen, name="signals", daemon=True)
    listener.start()
    handlers = {number: signal.signal(number, lambda *_details: None) for number in numbers}
    before = signal.set_wakeup_fd(told.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        told.close()
        listener.join()
        heard.close()
