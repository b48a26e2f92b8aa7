"""WebSub as the hub speaks it (W3C Recommendation): what may be asked, what is sent back, how content is signed."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.channels import vault
from weiting.core.errors import Invalid
from weiting.subscriptions.models import FeedRequest, FeedSubscriber

DAY = 86_400
# What is asked for is brought within these bounds; a subscription never lasts for ever.
SHORTEST, USUAL, LONGEST = 3600, 10 * DAY, 30 * DAY
# The standard: fewer than 200 bytes.
LONGEST_SECRET = 199
LONGEST_CALLBACK = 400
MODES = ("subscribe", "unsubscribe")


@dataclass(frozen=True)
class Ask:
    """A request to follow a feed or to stop."""

    mode: str
    topic: str
    callback: str
    lease_seconds: int
    secret: str

    @property
    def host(self) -> str:
        """Return the machine that would be called, whatever the port."""
        return host_of(self.callback)


def host_of(callback: str) -> str:
    """Return the machine of an address that has been read."""
    return urlsplit(callback).hostname or ""


def hub_url() -> str:
    """Return the address of this hall's hub."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/websub"


def read(form: Mapping[str, str]) -> Ask:
    """Return what a form asks of the hub; raise Invalid with a sentence that says what is wrong."""
    mode = form.get("hub.mode", "")
    if mode not in MODES:
        raise _wrong(_("hub.mode is “subscribe” or “unsubscribe”."))
    topic = form.get("hub.topic", "").strip()
    is_ours = topic.startswith(f"{settings.PUBLIC_URL.rstrip('/')}/") and topic.isprintable()
    if not is_ours or len(topic) > 500:
        raise _wrong(_("hub.topic is the address of one of this hall's feeds."))
    callback = _callback(form.get("hub.callback", "").strip())
    secret = form.get("hub.secret", "")
    if len(secret.encode()) > LONGEST_SECRET:
        raise _wrong(_("hub.secret has fewer than 200 bytes."))
    return Ask(mode, topic, callback, _lease(form.get("hub.lease_seconds", "")), secret)


def _callback(given: str) -> str:
    try:
        parts = urlsplit(given)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment
        _port = parts.port
    except ValueError:
        is_address = False
    is_plain = given.isascii() and given.isprintable() and not set(" \\") & set(given)
    if not is_address or not is_plain or len(given) > LONGEST_CALLBACK or parts.username:
        raise _wrong(_("hub.callback is an http or https address of at most 400 characters."))
    return given


def _lease(given: str) -> int:
    if not given.strip():
        return USUAL
    if not (given.isascii() and given.isdigit()):
        raise _wrong(_("hub.lease_seconds is a whole number of seconds."))
    return min(max(int(given[:12]), SHORTEST), LONGEST)


def with_query(callback: str, said: Mapping[str, str]) -> str:
    """Return a callback's address with what is asked of it behind what it brings along itself."""
    return f"{callback}{'&' if '?' in callback else '?'}{urlencode(said)}"


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, code="websub")


def link_header(topic: str) -> str:
    """Return the header by which a feed, and each copy of it, says where its hub and its own address are."""
    return f'<{hub_url()}>; rel="hub", <{topic}>; rel="self"'


def signature(secret: bytes, body: bytes) -> dict[str, str]:
    """Return the header that proves who sent a body; empty without a secret."""
    if not secret:
        return {}
    return {"X-Hub-Signature": f"sha256={hmac.new(secret, body, sha256).hexdigest()}"}


def seal(secret: str, of: str) -> tuple[str, bytes]:
    """Return a follower's secret as it is kept; nothing for none."""
    return vault.seal({"secret": secret}, of) if secret else ("", b"")


def secret_of(row: FeedSubscriber | FeedRequest) -> bytes:
    """Return the secret of a follower; raise Unavailable when the key is missing on this machine."""
    sealed = bytes(row.sealed)
    if not sealed:
        return b""
    return vault.open_sealed(row.sealed_with, sealed, row.callback)["secret"].encode()
