"""Talking with people on WeChat for other modules: write to somebody who wrote, set and read an account's menu.

Every error comes as a sentence for a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.translation import gettext as _

from weiting.channels import quotas, registry, wechat_talk, words
from weiting.channels.models import Connection, Ear
from weiting.channels.opening import settings_of
from weiting.channels.ports import Adapter, ChannelError, Refused, Rendered, TryLater, Words
from weiting.channels.wechat_api import Api
from weiting.channels.wire import Wire
from weiting.core.errors import Conflict, Invalid, Unavailable

# In the order of the platform's codes that say somebody may no longer be written to.
OVER, TOO_OFTEN = "45015", "45047"


class Shows(Adapter, Protocol):
    """What an adapter has besides that can show a text to one reader first."""

    def show(self, sent: Rendered, name: str) -> None:
        """Show it to one reader, by the name the platform knows them by."""
        ...


def customer_send(connection: Connection, to: str, text: str, since: datetime) -> None:
    """Write to somebody who wrote to the account at `since`; raise Conflict after 48 hours, which WeChat sets.

    Raises Unavailable when it did not go out and may be tried again; what is lost on the way is told as such.
    """
    with _api(connection) as api:
        wechat_talk.send_to(api, to, text, since)


def show_to(connection: Connection, text: Words, name: str) -> None:
    """Show a text to one follower, by their WeChat name, before it goes to all; raise Invalid with what is wrong."""
    with _api(connection) as api:
        shown = cast(Shows, registry.adapter(connection.kind, api.settings, api.wire))
        shown.show(shown.render(text), name)


def put_menu(connection: Connection, buttons: Sequence[Mapping[str, Any]]) -> None:
    """Have an account show a menu; raise Invalid with what is wrong in it."""
    with _api(connection) as api:
        wechat_talk.put_menu(api, buttons)


def drop_menu(connection: Connection) -> None:
    """Have an account show no menu."""
    with _api(connection) as api:
        wechat_talk.drop_menu(api)


def read_menu(connection: Connection) -> list[dict[str, Any]]:
    """Return the buttons an account shows now."""
    with _api(connection) as api:
        return wechat_talk.read_menu(api)


def is_called(connection: Connection) -> bool:
    """Say whether the platform has called us for this account: only then can anything be answered."""
    return Ear.objects.filter(pk=connection.pk, heard_at__isnull=False).exists()


@contextmanager
def _api(connection: Connection) -> Iterator[Api]:
    """Open an account's interface, and say in words what goes wrong with it."""
    try:
        with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
            yield Api(settings_of(connection), quotas.metered(connection, wire))
    except Refused as error:
        if error.code == OVER:
            raise Conflict(
                _(
                    "WeChat lets an account write to somebody only for 48 hours after they last wrote. Answer in"
                    " another way, or wait until they write again."
                ),
                code="window_over",
            ) from error
        if error.code == TOO_OFTEN:
            raise Conflict(
                _("WeChat takes no more messages to this person until they write again."), code="too_often"
            ) from error
        sentence = words.matter(error.code, connection.kind, error.why)
        raise Invalid(sentence, code=f"wechat_{error.code}") from error
    except TryLater as error:
        raise Unavailable(
            _("WeChat did not take it now (%(why)s). Try again later.") % {"why": error.why}, code="later"
        ) from error
    except ChannelError as error:
        raise Unavailable(
            _("WeChat's answer was lost; it may have gone out. Look there before you try again."),
            code="in_doubt",
        ) from error
