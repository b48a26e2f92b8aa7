"""Which kinds of channel there are, and the adapter of each; the only place that imports adapters."""

from collections.abc import Callable
from functools import partial
from typing import cast

from weiting.channels.adapters import assisted
from weiting.channels.adapters.activitypub import ActivityPub
from weiting.channels.adapters.historic import Historic
from weiting.channels.adapters.mail import Mail
from weiting.channels.adapters.mastodon import Mastodon
from weiting.channels.adapters.webhook import Webhook
from weiting.channels.adapters.wechat import WeChat
from weiting.channels.adapters.weibo import Weibo
from weiting.channels.ports import Adapter, Outbox, Rendered, Settings, Words
from weiting.channels.wire import Wire

# Channels that are called.
KINDS: dict[str, Callable[[Settings, Wire], Adapter]] = {
    "wechat": WeChat,
    "weibo": Weibo,
    "webhook": Webhook,
    "mastodon": Mastodon,
}
# Channels whose readers' addresses are kept here: what is sent is laid into an outbox, and copied from there.
SPREAD: dict[str, Callable[[Settings, Outbox], Adapter]] = {
    "activitypub": ActivityPub,
    "mail": Mail,
}

# Platforms without an open interface, where a person puts each text; and accounts on platforms that have closed.
BY_HAND: dict[str, Callable[[Settings], Adapter]] = {
    **{kind: partial(assisted.Assisted, kind) for kind in assisted.KINDS},
    "historic": Historic,
}


def is_known(kind: str) -> bool:
    """Say whether there is an adapter of a kind."""
    return kind in KINDS or kind in SPREAD or kind in BY_HAND


def adapter(kind: str, settings: Settings, wire: Wire, outbox: Outbox | None = None) -> Adapter:
    """Return the adapter of an account; raise KeyError for a kind that is not known or has no outbox here."""
    if kind in SPREAD:
        if outbox is None:
            raise KeyError(kind)
        return SPREAD[kind](settings, outbox)
    if kind in BY_HAND:
        return BY_HAND[kind](settings)
    return KINDS[kind](settings, wire)


def render(kind: str, settings: Settings, words: Words) -> Rendered:
    """Return exactly what would be sent; nothing is called. Raise KeyError for a kind that is not known."""
    if kind in BY_HAND:
        return BY_HAND[kind](settings).render(words)
    # Rendering is pure: it has neither wire nor outbox to ask.
    made = (
        SPREAD[kind](settings, cast(Outbox, None))
        if kind in SPREAD
        else KINDS[kind](settings, cast(Wire, None))
    )
    return made.render(words)
