"""The outbox of a unit's bulletins: takes one text for all who asked for it."""

import threading

from django.db import connection

from weiting.channels.models import Connection
from weiting.channels.ports import Receipt, Rendered
from weiting.subscriptions import actions
from weiting.subscriptions.actions.laying import Laying


class Outbox:
    """Where the adapter for mail puts what is to be sent."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, act: str, sent: Rendered, key: str, of: Receipt | None = None) -> Receipt:
        """Lay down the letters of a text, a correction or a withdrawal, all of them or none; return where it stands."""
        try:
            return actions.put(self.connection, Laying(act, sent, key, of))
        finally:
            # A worker calls adapters in many threads: none of them keeps a connection of its own.
            if threading.current_thread() is not threading.main_thread():
                connection.close()
