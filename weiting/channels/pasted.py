"""Checks an address that was pasted for a text somebody put on a platform by hand: is it theirs, is the text there."""

import re
from contextlib import suppress
from html import unescape
from unicodedata import normalize
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from weiting.channels.models import Connection
from weiting.channels.ports import ChannelError
from weiting.channels.rules import rules
from weiting.channels.wire import Wire
from weiting.core.errors import Invalid

# The platforms' pages for known kinds whose interface is called as well.
HOSTS = {"weibo": ("weibo.com", "weibo.cn"), "wechat": ("mp.weixin.qq.com",)}
MOST = 500
# Signs that take no room: chat programs put them into what is copied.
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")


def hosts_of(connection: Connection) -> tuple[str, ...]:
    """Return the domains at which a connection's texts stand; empty where nobody has said."""
    own = tuple(str(connection.values.get("hosts", "") or "").lower().split())
    if own:
        return own
    known = tuple(rules(connection.kind).limits.get("hosts", ())) or HOSTS.get(connection.kind, ())
    if known:
        return known
    account = connection.account
    host = urlsplit(account.url).hostname if account is not None and account.url else None
    return (host,) if host else ()


def has_addresses(connection: Connection) -> bool:
    """Say whether a text that stands there has an address at all; what a public screen shows has none."""
    return bool(rules(connection.kind).limits.get("addresses", True))


def checked(connection: Connection, pasted: str) -> str:
    """Return a pasted address made clean; raise Invalid when it is none, or not the platform's."""
    url = UNSEEN.sub("", "".join(pasted.split()))
    # Typed with the wide letters of a Chinese keyboard.
    url = normalize("NFKC", url) if url.startswith("ｈ") else url
    said, host = urlsplit(""), ""
    with suppress(ValueError):
        said = urlsplit(url)
        # A browser reads what stands before these signs in another way than we do.
        is_plain = said.port != 0 and not set("@\\") & set(said.netloc) and url.isprintable()
        host = (said.hostname or "").lower() if is_plain else ""
    if said.scheme not in {"https", "http"} or not host or len(url) > MOST:
        raise _wrong(_("Paste the address at which the text stands, beginning with https://."))
    hosts = hosts_of(connection)
    if hosts and not any(host == each or host.endswith(f".{each}") for each in hosts):
        raise _wrong(
            _(
                "This address is at %(host)s. Texts of this channel stand at %(hosts)s. Paste the text's own address."
            )
            % {"host": host, "hosts": "、".join(hosts)}
        )
    if said.path in {"", "/"} and not said.query:
        raise _wrong(
            _("This is the platform's first page. Open the text itself there, then copy its address.")
        )
    return url


def is_seen(url: str, title: str, wire: Wire) -> bool:
    """Say whether a page can be read and shows the title; False says nothing: many show texts to browsers only."""
    wanted = "".join(title.split())
    if not wanted:
        return False
    try:
        reply = wire.call("GET", url, acts=False, headers={"Accept": "text/html"})
    except ChannelError:
        return False
    page = "".join(unescape(reply.text()).split())
    return reply.status == 200 and wanted in page


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"url": [sentence]})
