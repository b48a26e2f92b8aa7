"""What the demo city does once, when its fake channels run: its WeChat accounts get their menus, people elsewhere
follow its accounts of the fediverse.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings

from weiting import jobs
from weiting.channels import actions as channels, talking
from weiting.channels.models import Connection
from weiting.channels.opening import SANDBOX
from weiting.channels.ports import ChannelError
from weiting.channels.wechat_menu import ANSWER, HOLDS, LINK, Button
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import Unavailable
from weiting.demo.content.channels import FOLLOWERS, MENUS
from weiting.fediverse import addresses
from weiting.fediverse.models import Follower

# The fake may be there before the hall answers: whoever does not follow yet is asked again, a few times.
AGAIN, MOST = timedelta(seconds=15), 8


@jobs.task("demo.menus")
def menus() -> None:
    """Have the fake WeChat show the menus of the city's accounts; one that has a menu keeps it."""
    found = Connection.objects.filter(kind="wechat", base__startswith=SANDBOX).select_related("unit")
    for line in found.order_by("pk"):
        try:
            if line.unit.slug in MENUS and not talking.read_menu(line):
                channels.show_menu(line, buttons(MENUS[line.unit.slug]), by=None)
        except Unavailable as error:
            if error.code == "no_sandbox":
                # A city without fake channels: nobody would see a menu.
                return
            raise


@jobs.task("demo.followers")
def followers(asked: int = 0) -> None:
    """Have people on the fake server of the fediverse follow the city's accounts; who follows already is left alone."""
    there = set(Follower.objects.values_list("actor__handle", "uri"))
    lacking = [each for each in FOLLOWERS if (each[1], _people(each[0])) not in there]
    if not settings.SANDBOX_URL or not lacking or asked >= MOST:
        return
    with Wire(allow_private=True) as wire, suppress(ChannelError):
        for name, handle in lacking:
            said = {"channel": "fediverse", "base": f"{settings.SANDBOX_URL}/fediverse",
                    "as": name, "actor": addresses.actor(handle)}  # fmt: skip
            wire.call("POST", f"{settings.SANDBOX_URL}/_follow", acts=True, json=said)
    jobs.defer("demo.followers", at=clock.now() + AGAIN, asked=asked + 1)


def _people(name: str) -> str:
    return f"{settings.SANDBOX_URL}/fediverse/users/{name}"


def buttons(said: Sequence[tuple[str, Any]]) -> list[Button]:
    """Return a menu of the seeds as buttons; addresses are the hall's own."""
    return [_button(name, where) for name, where in said]


def _button(name: str, where: Any) -> Button:
    if isinstance(where, tuple):
        return Button(name, HOLDS, below=tuple(buttons(where)))
    if where.startswith("/"):
        return Button(name, LINK, f"{settings.PUBLIC_URL.rstrip('/')}{where}")
    return Button(name, ANSWER, where)
