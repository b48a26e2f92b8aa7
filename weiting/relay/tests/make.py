"""Makers for tests of relay: a city whose bureaus have an editor each, a public text of the water unit, a call."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.tests.make import fresh, published
from weiting.relay import actions
from weiting.relay.models import Ask, Call
from weiting.review.tests import make
from weiting.units.models import Unit
from weiting.units.roles import Role

TITLE = "高温红色预警：午后别在户外干活"


@dataclass
class Scene:
    """The city, the units that can be asked with the editor of each, and the public text."""

    city: make.City
    post: Post
    units: list[Unit] = field(default_factory=list)
    editors: dict[int, Person] = field(default_factory=dict)

    def open(self, **more: Any) -> Call:
        """Open a call for all units."""
        given: dict[str, Any] = {
            "units": self.units,
            "due_at": clock.now() + timedelta(hours=24),
            "reason": "明天最热，户外干活的人都要看到。",
            "line": "热，别硬扛。",
        }
        post = more.pop("post", self.post)
        by = more.pop("by", self.city.hall_editor)
        return actions.open_call(self.city.root, post, by=by, **(given | more))

    def ask(self, call: Call, number: int = 0) -> Ask:
        """Return what one of the units was asked."""
        return call.asks.select_related("unit", "call").get(unit=self.units[number])

    def accept(self, ask: Ask, **more: Any) -> Ask:
        """Let a unit's editor pass it on."""
        return actions.accept(ask, by=self.editors[ask.unit_id], **more)

    def passed(self, freeze: Any, ask: Ask, **more: Any) -> Ask:
        """Let a unit's editor pass it on and the undo window end."""
        self.accept(ask, **more)
        freeze.move(seconds=11)
        publishing.release_due()
        return Ask.objects.select_related("unit", "call", "post__live").get(pk=ask.pk)


def scene(freeze: Any, units: int = 3, at: str | datetime = "2026-07-20 09:00") -> Scene:
    """Make the city with so many bureaus."""
    freeze(at)
    c = make.city()
    post = published(c, freeze, _approved(c))
    made = Scene(c, fresh(post))
    for number in range(units):
        unit = make.unit(f"第{number + 1}街道", c.root, slug=f"jiedao-{number + 1}")
        editor = make.person(f"editor-{number + 1}", f"编辑{number + 1}")
        make.member(editor, unit, Role.EDITOR)
        made.units.append(unit)
        made.editors[unit.pk] = editor
    return made


def _approved(c: make.City) -> Post:
    draft = make.draft(c, TITLE, "明天 12:00 到 16:00 最高 41 度。户外的活停下来，工地、环卫都停。")
    round_ = make.submit(c, draft)
    make.approve_all(round_)
    return fresh(round_.post)
