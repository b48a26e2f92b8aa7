"""Whatever people do between writing and withdrawing, and whatever channels answer, in whatever order: in the end a
channel shows what stands in the hall, or nothing; nothing goes out twice, nor after it was withdrawn or corrected.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings as pace, strategies as st

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.posts import actions as posts
from weiting.posts.models import Correction, Post
from weiting.publishing import actions, destinations, queries
from weiting.publishing.actions import lines
from weiting.publishing.models import Delivery, Line, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=60)
ANSWERS = ("ok", "later", "lost_in", "lost_out", "refuse")
CHANNEL = st.integers(0, 1)
BEFORE = st.lists(st.sampled_from(["edit", "move", "hold", "go_on", "choose"]), max_size=4)
PEOPLE = ["correct", "correct", "withdraw", "tick", "tick", "tick", "person", "again", "leave"]
ACTS = st.one_of(
    st.tuples(st.sampled_from(PEOPLE), CHANNEL, st.just("")),
    st.tuples(
        st.sampled_from(["choose", "take_back", "take", "take"]), CHANNEL, st.sampled_from(["on", "off"])
    ),
    st.tuples(st.sampled_from(["work", "answer"]), CHANNEL, st.sampled_from(ANSWERS)),
    st.tuples(st.sampled_from(["work", "answer"]), CHANNEL, st.sampled_from(ANSWERS)),
)


class World:
    """One text of the water unit, two channels, and what each of them shows."""

    def __init__(self, c: make.City, freeze) -> None:
        self.c, self.freeze = c, freeze
        self.channels = [connect(c.water, kind, "http://127.0.0.1:1", kind) for kind in ("weibo", "webhook")]
        # What each channel took, by the key of the sending; and what it shows now, by the key of the text.
        self.taken: dict[str, int] = {}
        self.shown: dict[int, dict[str, str]] = {each.pk: {} for each in self.channels}
        self.under_way: dict[int, lines.Claimed] = {}
        post = texts.approved(c, make.draft(c, "停水", "明天 0:00 停水。"))
        self.post = texts.planned(c, freeze.moment + timedelta(minutes=1), post).post
        self.edits = 0

    def fresh(self) -> Post:
        return texts.fresh(self.post)

    def do(self, name: str, which: int, how: str) -> None:
        try:
            with transaction.atomic():
                getattr(self, name)(self.channels[which], how)
        except DomainError:
            # Not possible now: the page says so.
            pass

    def edit(self, *_none: object) -> None:
        actions.reopen(self.fresh(), by=self.c.editor)
        self.edits += 1
        make.rewrite(self.fresh(), self.c.editor, f"明天 {self.edits}:00 停水。")
        texts.decide_all(
            self.c, actions.send_for_review(self.fresh(), by=self.c.editor, release="later", no_secrets=True)
        )

    def move(self, *_none: object) -> None:
        plan = queries.plan_of(self.fresh())
        if plan is not None:
            actions.move_release(plan, by=self.c.editor, at=clock.now() + timedelta(minutes=3))

    def hold(self, *_none: object) -> None:
        plan = queries.plan_of(self.fresh())
        if plan is not None:
            actions.hold_release(plan, "等一等", by=self.c.editor)

    def go_on(self, *_none: object) -> None:
        plan = queries.plan_of(self.fresh())
        if plan is not None:
            actions.resume_release(plan, by=self.c.editor, at=clock.now() + timedelta(minutes=1))

    def correct(self, *_none: object) -> None:
        post = self.fresh()
        if post.live is None:
            return
        self.edits += 1
        words = post.live.body.removesuffix("停水。").strip()
        made = posts.start_correction(
            post, by=self.c.editor, wrong=words, right=f"后天 {self.edits}:00", reason="抢修延时"
        )
        round_ = actions.send_for_review(
            Correction.objects.get(pk=made.pk), by=self.c.editor, release="approved", no_secrets=True
        )
        texts.decide_all(self.c, round_)

    def withdraw(self, *_none: object) -> None:
        actions.withdraw_post(self.fresh(), "内容有误。", by=self.c.final)

    def choose(self, channel: Connection, how: str) -> None:
        actions.choose_channels(self.fresh(), by=self.c.editor, **{how: [channel]})

    def take_back(self, channel: Connection, _how: str) -> None:
        for each in Delivery.objects.filter(connection=channel, act="send", state="delivered"):
            actions.withdraw_there(each, by=self.c.final)

    def tick(self, *_none: object) -> None:
        self.freeze.move(minutes=1)
        actions.release_due()

    def go_out(self) -> None:
        """Let the text go out, whatever was planned."""
        for _n in range(5):
            self.do("go_on", 0, "")
            self.tick()
        assert self.fresh().state == "published"

    def person(self, *_none: object) -> None:
        """Look there, and say what is true."""
        for each in Delivery.objects.filter(needs="decide", state__in=["in_doubt", "gave_up"]):
            if each.public_id in self.taken:
                actions.confirm_by_hand(each, by=self.c.editor, url="https://example.org/1")
            else:
                actions.send_again(each, by=self.c.editor)

    def again(self, *_none: object) -> None:
        for each in Delivery.objects.filter(state="refused"):
            actions.send_again(each, by=self.c.editor)

    def leave(self, *_none: object) -> None:
        for each in Delivery.objects.filter(state="refused"):
            actions.leave(each, by=self.c.editor)

    def work(self, channel: Connection, how: str) -> None:
        self.take(channel, "")
        self.answer(channel, how)

    def take(self, channel: Connection, _how: str) -> None:
        if channel.pk in self.under_way:
            return
        others = {
            row.connection_id: row.next_at
            for row in lines_of(self.channels)
            if row.connection_id != channel.pk
        }
        for pk in others:
            set_next(pk, None)
        for claimed in lines.claim("me:1:1", 1, timedelta(days=1)):
            self.under_way[channel.pk] = claimed
            self.check_claimed(claimed)
        for pk, at in others.items():
            set_next(pk, at)

    def check_claimed(self, claimed: lines.Claimed) -> None:
        """What is about to be called with is what stands in the hall now."""
        release, post = Release.objects.get(pk=claimed.release_id), self.fresh()
        if claimed.state == "sending" and claimed.act != "withdraw":
            assert post.state == "published", "nothing goes out after it was withdrawn"
            assert release.revision_id == post.live_id, "nothing goes out after it was corrected"
        assert release.state == "released", "nothing goes out before its time"

    def answer(self, channel: Connection, how: str) -> None:
        claimed = self.under_way.pop(channel.pk, None)
        if claimed is None:
            return
        lines.settle("me:1:1", [self.called(claimed, channel, how)])

    def called(self, claimed: lines.Claimed, channel: Connection, how: str) -> lines.Settled:
        of = Delivery.objects.get(pk=claimed.of_id).public_id if claimed.of_id else ""
        if claimed.act != "send" and not Receipt.objects.filter(delivery=claimed.of_id).exists():
            return lines.Settled(claimed, "called_off", None, "nothing_there")
        if claimed.state == "in_doubt" and claimed.act != "withdraw":
            if claimed.act == "correct":
                return lines.Settled(claimed, "in_doubt", None, "unknown", "", "decide")
            return self.arrived(claimed) if claimed.key in self.taken else lines.Settled(claimed, "queued")
        if how in {"ok", "lost_in"}:
            self.take_in(claimed, channel, of)
        if how == "ok":
            return self.arrived(claimed)
        if how == "later":
            return lines.Settled(claimed, "queued", clock.now())
        if how == "refuse" and claimed.act == "send":
            return lines.Settled(claimed, "refused", None, "20021", "", "change_words")
        return lines.Settled(claimed, "in_doubt", clock.now(), "unknown")

    def take_in(self, claimed: lines.Claimed, channel: Connection, of: str) -> None:
        shown = self.shown[channel.pk]
        if claimed.act == "withdraw":
            shown.pop(of, None)
            return
        self.taken[claimed.key] = self.taken.get(claimed.key, 0) + 1
        body = Release.objects.get(pk=claimed.release_id).revision.body
        shown[of or claimed.key] = body

    def arrived(self, claimed: lines.Claimed) -> lines.Settled:
        receipt = Receipt(delivery_id=claimed.id, external_id=claimed.key, digest="x")
        return lines.Settled(claimed, "delivered", receipt=receipt)

    def calm_down(self) -> None:
        """Let workers and people end everything that is under way."""
        for _n in range(30):
            for channel in self.channels:
                self.answer(channel, "ok")
                self.work(channel, "ok")
            self.person()
            if not Delivery.objects.filter(state__in=["queued", "sending", "in_doubt"]).exists():
                return
        raise AssertionError(list(Delivery.objects.values_list("act", "state", "needs")))

    def check(self) -> None:
        post = self.fresh()
        assert max(self.taken.values(), default=0) <= 1, "nothing goes out twice"
        chosen = {each.pk for each in destinations.chosen_for(post, post.unit)}
        for channel in self.channels:
            shown = list(self.shown[channel.pk].values())
            if post.state != "published":
                assert shown == [], "what was withdrawn stands nowhere"
                continue
            assert shown in ([], [post.live.body]), "what stands there is what stands in the hall, once"
            own = Delivery.objects.filter(connection=channel)
            is_stopped = own.filter(state="refused").exists() or was_left(own)
            if channel.pk in chosen and not is_stopped:
                assert shown, "what was chosen got it"


def was_left(own) -> bool:
    """Say whether a person let a text not go there after all."""
    newest = own.filter(act="send").order_by("-pk").first()
    return newest is not None and newest.state == "called_off"


def lines_of(channels: list[Connection]):
    return list(Line.objects.filter(pk__in=[each.pk for each in channels]))


def set_next(pk: int, at) -> None:
    Line.objects.filter(pk=pk).update(next_at=at)


@pace(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=BEFORE,
    is_out=st.sampled_from([True, True, True, False]),
    acts=st.lists(ACTS, min_size=4, max_size=18),
)
def test_what_a_channel_shows_in_the_end_is_what_stands_in_the_hall(c, freeze, before, is_out, acts) -> None:
    begin = transaction.savepoint()
    freeze("2026-11-21 10:00")
    try:
        world = World(c, freeze)
        for n, name in enumerate(before):
            world.do(name, n % 2, "off")
        if is_out:
            world.go_out()
        for act in acts:
            world.do(*act)
        world.calm_down()
        world.check()
    finally:
        transaction.savepoint_rollback(begin)


@pytest.fixture
def world(c, freeze) -> World:
    """A text that is out, and waits for both channels."""
    freeze("2026-11-21 10:00")
    made = World(c, freeze)
    made.go_out()
    return made


def leave_in_doubt(world: World, *, arrived: bool) -> None:
    """Lose the answer of a call to a channel that cannot be asked."""
    channel = world.channels[0]
    world.take(channel, "")
    claimed = world.under_way.pop(channel.pk)
    if arrived:
        world.take_in(claimed, channel, "")
    lines.settle("me:1:1", [lines.Settled(claimed, "in_doubt", None, "unknown", "", "decide")])


@pytest.mark.parametrize("meanwhile", ["correct", "withdraw"])
def test_a_call_that_came_to_nothing_meanwhile_is_not_made_again_as_it_was(world, meanwhile):
    channel = world.channels[0]
    world.take(channel, "")
    world.do(meanwhile, 0, "")
    world.tick()
    world.answer(channel, "later")
    world.calm_down()
    world.check()
    rows = Delivery.objects.filter(connection=channel, state="delivered").order_by("pk")
    acts = list(rows.values_list("act", flat=True))
    assert acts == (["send"] if meanwhile == "correct" else [])


@pytest.mark.parametrize("meanwhile", ["correct", "withdraw"])
def test_what_turns_out_to_stand_there_is_sent_what_it_missed(world, meanwhile):
    leave_in_doubt(world, arrived=True)
    world.do(meanwhile, 0, "")
    world.tick()
    # The line goes on meanwhile, and finds nothing to correct or to take back.
    world.work(world.channels[0], "ok")
    world.calm_down()
    world.check()


@pytest.mark.parametrize("meanwhile", ["correct", "withdraw"])
def test_what_turns_out_not_to_be_there_goes_out_as_it_stands_now_or_not_at_all(world, meanwhile):
    leave_in_doubt(world, arrived=False)
    world.do(meanwhile, 0, "")
    world.tick()
    world.calm_down()
    world.check()


def test_a_refused_wording_is_mended_by_a_correction_which_goes_out_as_the_text(world):
    channel = world.channels[0]
    world.work(channel, "refuse")
    world.do("correct", 0, "")
    world.tick()
    world.calm_down()
    world.check()
    sent = Delivery.objects.filter(connection=channel).order_by("pk").values_list("act", "state")
    assert list(sent) == [("send", "called_off"), ("send", "delivered")]
