"""Which kinds of channel there are, and the adapter of each; the only place that imports adapters."""

from collections.abc import Callable

from weiting.channels.adapters.webhook import Webhook
from weiting.channels.adapters.wechat import WeChat
from weiting.channels.adapters.weibo import Weibo
from weiting.channels.ports import Adapter, Settings
from weiting.channels.wire import Wire

KINDS: dict[str, Callable[[Settings, Wire], Adapter]] = {
    "wechat": WeChat,
    "weibo": Weibo,
    "webhook": Webhook,
}


def adapter(kind: str, settings: Settings, wire: Wire) -> Adapter:
    """Return the adapter of an account; raise KeyError for a kind that is not known."""
    return KINDS[kind](settings, wire)
