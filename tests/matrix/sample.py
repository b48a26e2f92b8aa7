"""One thing of every kind that belongs to the water unit and is not public, each with a secret word in it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from weiting.accounts.models import Person
from weiting.channels import actions as channels
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.desk import permissions
from weiting.fediverse import actions as fediverse
from weiting.fediverse.models import Heard
from weiting.fediverse.tests import make as accounts
from weiting.media import actions as media
from weiting.posts import actions as posts
from weiting.publishing import actions as publishing
from weiting.publishing.actions.delivering import lay_down
from weiting.publishing.models import Delivery, Release
from weiting.publishing.tests import make as texts
from weiting.relay import actions as relays
from weiting.relay.models import Ask
from weiting.review import actions as reviews
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.models import Membership, Scope, Unit
from weiting.units.roles import Role

# What is searched for, and what must then not be found: a page may repeat what was typed.
ASKED, SECRET = "紫云星海", "暗河密令"
WORD = f"{ASKED}{SECRET}"


def picture() -> BytesIO:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    out.seek(0)
    return out


class Sample:
    """Makes the things, and knows the address of each page about them."""

    def __init__(self, freeze: Callable[..., Any]) -> None:
        freeze("2026-11-20 09:30")
        self.c = c = make.city()
        self.names: dict[str, dict[str, Any]] = {}
        self._texts(freeze)
        self._desk_of_the_hall()
        self._people()
        self.names["compose"] = {"public_id": self.draft.public_id}
        self.public = texts.published(
            c, freeze, texts.approved(c, make.draft(c, "明天水压正常", "全市正常供水。"))
        )
        self._after(freeze)
        self._channels()
        self.routes = {
            each.route: self.names[each.name]
            for each in permissions.desk_addresses()
            if each.name in self.names and each.route.endswith(">/")
        }

    def typed(self, name: str) -> dict[str, Any]:
        """Return what must be sent so that a page knows what it is asked about."""
        if name in {"verdict", "hand"}:
            return {"step": make.open_step(self.round).pk}
        return {"ask": self.ask.public_id} if name == "relay_answer" else {}

    def _texts(self, freeze: Callable[..., Any]) -> None:
        c = self.c
        self.draft = make.draft(c, f"草稿{WORD}", f"正文{WORD}。")
        asset = media.store_asset(
            picture(), by=c.editor, unit_id=c.water.pk, name=f"{WORD}.png", alt=f"图{WORD}", rights="own"
        )
        posts.attach(self.draft, asset, by=c.editor, alt=f"图{WORD}")
        self.draft.refresh_from_db()
        self.round = make.submit(c, make.draft(c, f"在审{WORD}", f"在审{WORD}。"), note=f"备注{WORD}")
        self.remark = reviews.remark(self.round, by=c.first, text=f"批注{WORD}")
        release = texts.planned(
            c, clock.now() + timedelta(days=1), texts.approved(c, make.draft(c, f"待发{WORD}"))
        )
        issue = posts.start_issue(c.water, by=c.editor, title=f"刊{WORD}"[:64])
        self.names |= {
            "asset": {"public_id": asset.public_id},
            "round": {"public_id": self.round.public_id},
            "settle": {"public_id": self.round.public_id, "pk": self.remark.pk},
            "release": {"public_id": release.public_id},
            "issue": {"public_id": issue.public_id},
            "restore": {"public_id": self.draft.public_id, "number": 1},
        }
        for name in ("verdict", "remark", "recall", "make_link", "hand"):
            self.names[name] = self.names["round"]
        for name in ("autosave", "preview", "here", "pen", "act", "versions", "media", "pairs", "file"):
            self.names[name] = {"public_id": self.draft.public_id}

    def _after(self, freeze: Callable[..., Any]) -> None:
        c = self.c
        promise = posts.promise_follow_up(
            self.public, by=c.editor, promise="查清水压", due_at=clock.now() + timedelta(days=3)
        )
        urgent = make.submit(c, make.draft(c, "爆管抢修"), lane="emergency")
        texts.decide_all(c, urgent)
        self.names |= {
            "promise": {"pk": promise.pk},
            "after_done": {"public_id": urgent.public_id},
            "promises": {"public_id": self.public.public_id},
            "correct": {"public_id": self.public.public_id},
            "withdraw": {"public_id": self.public.public_id},
        }

    def _channels(self) -> None:
        c = self.c
        screen = channels.plan_connection(c.water, "screen", f"屏{WORD}"[:80], by=None)
        publishing.open_connection(screen, by=None)
        release = Release.objects.get(post=self.public, state="released")
        lay_down(release, [screen])
        sent = Delivery.objects.get(connection=screen)
        Delivery.objects.filter(pk=sent.pk).update(needs="by_hand", code="by_hand")
        call = relays.open_call(
            c.water, self.public, by=c.hall_editor, units=[c.section], due_at=clock.now() + timedelta(hours=5),
            reason="都看得到才好",
        )  # fmt: skip
        self.ask = Ask.objects.get(call=call)
        group = relays.save_group(c.water, by=c.hall_editor, name="防汛联动", units=[c.section])
        room = relays.open_room(
            c.water, by=c.hall_editor, title=f"井盖{WORD}"[:100], units=[c.water], what=f"先围起来{SECRET}"
        )
        self._fediverse()
        issue = self.names["issue"]
        # Without an AppID nothing is asked of a platform.
        wechat = Connection.objects.create(
            unit=c.water, kind="wechat", name=f"公众号{WORD}"[:80], state="planned"
        )
        for name in ("channel_plan", "channel_menu", "channel_answers"):
            self.names[name] = {"public_id": wechat.public_id}
        self.names |= {
            "channel": {"public_id": screen.public_id},
            "delivery": {"public_id": sent.public_id},
            "of_text": {"public_id": self.public.public_id},
            "of_issue": issue,
            "relay": {"public_id": call.public_id},
            "relay_group": {"public_id": group.public_id},
            "room": {"public_id": room.public_id},
            "signers": {"public_id": self.draft.public_id},
        }

    def _fediverse(self) -> None:
        account = accounts.account(self.c.water, handle="gongshui")
        assert account.connection is not None
        blocked = fediverse.block("harm.example", "连发诈骗链接", by=None)
        report = Heard.objects.create(
            actor=account, kind=Heard.Kind.REPORT, digest="x", sealed_with="", sealed=b""
        )
        about = {"public_id": account.connection.public_id}
        for name in ("channel_fediverse", "channel_follow", "channel_unfollow", "channel_key"):
            self.names[name] = about
        self.names |= {
            "fediverse_lift": {"pk": blocked.pk},
            "fediverse_settle": {"public_id": report.public_id},
        }

    def _desk_of_the_hall(self) -> None:
        c = self.c
        admin = make.person("admin", "卓霖")
        make.member(admin, c.root, Role.ADMINISTRATOR, Scope.SUBTREE)
        section = units.save_section(c.hall, by=None, name="民生")
        batch = units.start_batch(
            f"进驻{WORD}"[:60], clock.today() + timedelta(days=9), [c.water], [f"第一步{SECRET}"], by=None
        )
        column = posts.save_column(None, by=c.hall_editor, name="水情", owner=c.water)
        topic = posts.save_topic(None, by=c.hall_editor, name="节水周")
        word = posts.save_word(None, by=c.hall_editor, wrong="云溪发部", right="云溪发布")
        template = posts.save_template(
            None, by=c.hall_editor, name=f"模板{WORD}"[:60], body=f"模板{WORD}", unit=c.water
        )
        task = posts.start_assignment(
            c.root,
            by=c.hall_editor,
            title=f"约稿{WORD}",
            units=[c.water],
            due_at=clock.now() + timedelta(days=2),
        )
        policy = reviews.save_policy(
            None, by=admin, name=f"规则{WORD}"[:60], unit=c.water, risk="medium",
            steps=[{"turn": 1, "name": "一审", "role": Role.FIRST_REVIEWER, "minutes": 60}],
        )  # fmt: skip
        self.names |= {
            "hall": {"slug": c.hall.slug}, "section_new": {"slug": c.hall.slug},
            "section": {"pk": section.pk}, "section_units": {"pk": section.pk}, "section_move": {"pk": section.pk},
            "batch": {"pk": batch.pk}, "tick": {"pk": batch.places.get().pk},
            "column": {"slug": column.slug}, "topic": {"slug": topic.slug}, "word": {"pk": word.pk},
            "template": {"pk": template.pk}, "template_retire": {"pk": template.pk},
            "assignment": {"public_id": task.public_id},
            "policy": {"pk": policy.pk}, "policy_retire": {"pk": policy.pk},
            "import_template": {"what": "units", "form": "xlsx"},
        }  # fmt: skip

    def _people(self) -> None:
        c = self.c
        self.colleague = make.person("colleague", f"同事{SECRET}")
        held = make.member(self.colleague, c.water, Role.LIAISON)
        now = clock.now()
        shift = units.plan_shift(c.water, self.colleague, now, now + timedelta(hours=8), by=None)
        later = units.plan_shift(
            c.water, self.colleague, now + timedelta(days=1), now + timedelta(days=1, hours=8), by=None
        )
        away = units.name_substitute(
            self.colleague, c.editor, now, now + timedelta(days=2), by=None, reason=f"休假{WORD}"
        )
        account = units.apply_account(c.water, "weibo", f"@{WORD}", by=None)
        about = {"public_id": c.water.public_id}
        somebody = {"public_id": self.colleague.public_id}
        self.names |= {
            "hand_over": {"pk": shift.pk}, "shift_off": {"pk": later.pk}, "back_again": {"pk": away.pk},
            "membership": {"pk": held.pk}, "membership_end": {"pk": held.pk},
            "account": {"public_id": account.public_id}, "account_change": {"public_id": account.public_id},
            "account_step": {"public_id": account.public_id, "name": "file"},
            "hall_brand": {"public_id": c.water.public_id},
        }  # fmt: skip
        for name in ("unit", "unit_edit", "unit_move", "unit_close", "remits", "appoint", "bring_in"):
            self.names[name] = about
        for name in ("shift_plan", "account_apply"):
            self.names[name] = about
        for name in ("somebody", "away", "let_go", "give_back", "renew"):
            self.names[name] = somebody


def arguments(sample: Sample, name: str, route: str) -> dict[str, Any]:
    """Return what an address needs to be about the sample's thing; a new page below a known one is about the same."""
    if name in sample.names:
        return {key: value for key, value in sample.names[name].items() if f":{key}>" in route}
    for known, found in sorted(sample.routes.items(), key=lambda each: -len(each[0])):
        if route.startswith(known):
            return {**found, **({"pk": 1} if "<int:pk>" in route and "pk" not in found else {})}
    raise LookupError(f"{route}: make something for it in {Path(__file__).name}")


def only(role: Role, unit: Unit, scope: Scope = Scope.SUBTREE) -> Person:
    """Make somebody with exactly one role."""
    person = make.person(f"only-{role}-{unit.slug}")
    make.member(person, unit, role, scope)
    return person


def everything_at(unit: Unit, name: str) -> Person:
    """Make somebody who holds every role at one unit, and none anywhere else."""
    person = make.person(name)
    Membership.objects.bulk_create(
        Membership(
            person=person, unit=unit, role=role, scope=Scope.SUBTREE, from_on=datetime(2026, 1, 1).date()
        )
        for role in Role
    )
    return person
