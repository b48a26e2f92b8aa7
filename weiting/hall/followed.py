"""The feeds that programs follow by WebSub: which addresses are feeds of this hall, their bytes, and when to tell.

Every worker hears what changes, waits a moment so that many changes are told as one, writes the feeds that show it, and
hands them to the hub, which sends on only what is new.
"""

import threading
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, gettext as _, override

from weiting import jobs
from weiting.channels.wire import Wire
from weiting.core.errors import NotFound
from weiting.hall.frame import absolute
from weiting.hall.shown import TAGS
from weiting.subscriptions import actions, queries

# Seconds in which changes are gathered, and for which a distribution is followed by none.
GATHER, REST = 3.0, 57.0


@dataclass(frozen=True)
class Written:
    """A feed as it is now, and what announces that it changes."""

    body: bytes
    mime: str
    tags: frozenset[str]


def written(url: str) -> Written | None:
    """Return the feed at an address as anybody gets it; None for an address that is no feed to be followed."""
    base = absolute("")
    if not url.startswith(f"{base}/"):
        return None
    address = url.removeprefix(base)
    parts = urlsplit(address)
    with override(get_language_from_path(parts.path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(parts.path)
        except Resolver404:
            return None
        if match.app_name != "hall" or not str(match.url_name).startswith("feed_"):
            return None
        # Other words after “?” would name the same feed in endlessly many ways; searches have no end either.
        if parts.fragment or not {name for name, _value in parse_qsl(parts.query)} <= {"k"}:
            return None
        try:
            response: HttpResponse = match.func(RequestFactory().get(address), *match.args, **match.kwargs)
        except NotFound:
            return None
    tags = frozenset(response.get(TAGS, "").split())
    if response.status_code != 200 or not tags:
        return None
    return Written(response.content, response["Content-Type"], tags)


class Teller:
    """Remembers what announces each feed, so that only feeds that show what has changed are written anew."""

    def __init__(self) -> None:
        self._tags: dict[str, frozenset[str]] = {}
        self._changed: set[str] | None = None
        self._heard = threading.Event()
        self._lock = threading.Lock()

    def hear(self, tags: frozenset[str]) -> None:
        """Remember what has changed."""
        with self._lock:
            if self._changed is not None:
                self._changed |= tags
        self._heard.set()

    def reset(self) -> None:
        """Remember that anything may have changed."""
        with self._lock:
            self._changed = None
        self._heard.set()

    def tell(self) -> int:
        """Hand to the hub every followed feed that shows what has changed; return how many copies were laid down."""
        with self._lock:
            changed, self._changed = self._changed, set()
            self._heard.clear()
        urls = queries.followed_feeds()
        self._tags = {url: tags for url, tags in self._tags.items() if url in urls}
        return sum(self._one(url) for url in urls if self._concerns(url, changed))

    def _concerns(self, url: str, changed: set[str] | None) -> bool:
        tags = self._tags.get(url)
        return changed is None or tags is None or not tags.isdisjoint(changed)

    def _one(self, url: str) -> int:
        found = written(url)
        if found is None:
            self._tags.pop(url, None)
            with Wire(allow_private=settings.CHANNELS_PRIVATE, answer=5.0) as wire:
                actions.deny(url, _("This feed is no more."), wire)
            return 0
        self._tags[url] = found.tags
        return actions.feed_changed(url, found.body, found.mime)

    def run(self, stop: threading.Event, gather: float = GATHER, rest: float = REST) -> None:
        """Tell of changes until `stop` is set: at most one distribution of a feed a minute."""
        listener = jobs.listen(self.hear, self.reset)
        try:
            while not stop.is_set():
                if not self._heard.wait(0.5):
                    continue
                if stop.wait(gather):
                    break
                close_old_connections()
                self.tell()
                stop.wait(rest if self._tags else 0.0)
        finally:
            listener.stop()
            close_old_connections()


def carry(stop: threading.Event) -> None:
    """Tell of changes beside every worker."""
    Teller().run(stop)
