"""What the demo city does once, when its fake channels run: its WeChat accounts get their menus."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from weiting import jobs
from weiting.channels import actions as channels, talking
from weiting.channels.models import Connection
from weiting.channels.opening import SANDBOX
from weiting.channels.wechat_menu import ANSWER, HOLDS, LINK, Button
from weiting.core.errors import Unavailable
from weiting.demo.content.channels import MENUS


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


def buttons(said: Sequence[tuple[str, Any]]) -> list[Button]:
    """Return a menu of the seeds as buttons; addresses are the hall's own."""
    return [_button(name, where) for name, where in said]


def _button(name: str, where: Any) -> Button:
    if isinstance(where, tuple):
        return Button(name, HOLDS, below=tuple(buttons(where)))
    if where.startswith("/"):
        return Button(name, LINK, f"{settings.PUBLIC_URL.rstrip('/')}{where}")
    return Button(name, ANSWER, where)
