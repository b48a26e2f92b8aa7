"""What arrived is looked at again: still there, changed or gone; people are told once, and quotas are kept."""

from datetime import timedelta

import pytest

from weiting.audit.models import Entry
from weiting.channels import wechat_api
from weiting.channels.kept import Kept
from weiting.channels.models import Connection
from weiting.channels.ports import Receipt as Given, Rendered, Standing, TryLater, Verb, Words
from weiting.channels.tests.inside import Inside
from weiting.channels.wire import Reply, Wire
from weiting.core import clock
from weiting.notices.models import Notice
from weiting.posts import actions as posts
from weiting.publishing import actions
from weiting.publishing.actions import looking
from weiting.publishing.delivery import Engine, calling, checking
from weiting.publishing.models import Delivery, Receipt
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review.tests import make
from weiting.sandbox.wechat import WeChat
from weiting.sandbox.weibo import Weibo

pytestmark = pytest.mark.django_db(transaction=True)


class Page(Wire):
    """Answers every address with one page."""

    def __init__(self, status: int = 200, body: bytes = b"") -> None:
        self.status, self.body, self.asked = status, body, list[str]()

    def close(self) -> None:
        """Nothing is open."""

    def call(self, method: str, url: str, **given: object) -> Reply:
        self.asked.append(url)
        if not self.status:
            raise TryLater(7200, "not reached")
        return Reply(self.status, self.body, {})


@pytest.fixture
def weibo(monkeypatch: pytest.MonkeyPatch) -> Inside:
    made = Inside(Weibo("weibo"))
    monkeypatch.setattr(checking, "Wire", lambda **_given: made)
    return made


def arrived(c: make.City, freeze, wire: Inside, kind: str = "weibo") -> Receipt:
    """Have a text arrive at a connection of the water unit."""
    connect(c.water, kind, "https://fake.example")
    texts.published(c, freeze, texts.approved(c, make.draft(c, "明天停水", "明天 8:00—16:00，桥头街停水。")))
    for _n in range(4):
        Engine(wire).run(until_idle=True)
        freeze.move(minutes=2)
    found = Receipt.objects.select_related("delivery__connection").first()
    assert found is not None, list(Delivery.objects.values_list("state", "code", "why"))
    return found


def look(receipt: Receipt) -> str:
    checking.check_due()
    receipt.refresh_from_db()
    return receipt.standing


def test_a_text_is_looked_at_four_times_and_each_time_is_kept(c, freeze, weibo):
    receipt = arrived(c, freeze, weibo)
    assert (receipt.standing, receipt.checked_at) == ("unchecked", None)
    assert checking.check_due() == 0, "not before an hour"
    looks = 0
    for _n in range(40 * 4):
        freeze.move(hours=6)
        looks += checking.check_due()
    receipt.refresh_from_db()
    assert (looks, receipt.standing, receipt.check_at) == (4, "there", None)
    assert weibo.asked.count("/2/statuses/show.json") == 4


def test_what_was_deleted_there_is_told_once_with_its_address(c, freeze, weibo):
    receipt = arrived(c, freeze, weibo)
    weibo.fake.switch("remove", {"id": receipt.external_id}, 0)
    freeze.move(hours=1)
    assert look(receipt) == "gone"
    (told,) = Notice.objects.filter(person=c.editor, kind="publishing.gone")
    assert receipt.url and told.facts["address"] == receipt.url and told.facts["title"] == "明天停水"
    assert Entry.objects.filter(verb="publishing.receipt.gone").count() == 1
    freeze.move(days=1)
    assert look(receipt) == "gone"
    assert Notice.objects.filter(kind="publishing.gone", person=c.editor).count() == 1


def test_other_words_than_were_sent_are_seen_and_the_platforms_own_links_are_not_taken_for_that(
    c, freeze, weibo
):
    receipt = arrived(c, freeze, weibo)
    text = weibo.fake.said[0].text
    weibo.fake.switch(
        "edit", {"id": receipt.external_id, "text": text.replace("https://", "http://t.cn/A6x?")}, 0
    )
    freeze.move(hours=1)
    assert look(receipt) == "there"
    weibo.fake.switch("edit", {"id": receipt.external_id, "text": text.replace("停水", "断电")}, 0)
    freeze.move(days=1)
    assert look(receipt) == "changed"
    assert Notice.objects.filter(kind="publishing.changed", person=c.editor).count() == 1


def test_an_article_is_compared_by_its_words_not_its_pictures(c, freeze, monkeypatch):
    wire = Inside(WeChat("wechat"))
    wire.fake.faults.publish_after = 0.0
    monkeypatch.setattr(wechat_api, "KEPT", Kept())
    monkeypatch.setattr(checking, "Wire", lambda **_given: wire)
    receipt = arrived(c, freeze, wire, "wechat")
    freeze.move(hours=1)
    assert look(receipt) == "there"
    (job,) = wire.fake.jobs.values()
    job.article["content"] = job.article["content"].replace("桥头街", "桥尾街")
    freeze.move(days=1)
    assert look(receipt) == "changed"
    wire.fake.switch("remove", {"id": job.said.id}, 0)
    freeze.move(days=7)
    assert look(receipt) == "gone"


def test_what_was_withdrawn_is_not_missed(c, freeze, weibo):
    receipt = arrived(c, freeze, weibo)
    Delivery.objects.create(
        release=receipt.delivery.release, connection=receipt.delivery.connection, act="withdraw", of=receipt.delivery,
        state="delivered",
    )  # fmt: skip
    weibo.fake.switch("remove", {"id": receipt.external_id}, 0)
    freeze.move(hours=1)
    assert look(receipt) == "unchecked" and receipt.check_at is None
    assert not Notice.objects.filter(kind="publishing.gone").exists()


def test_an_account_that_needs_somebody_is_asked_later_and_nothing_is_said_of_its_texts(c, freeze, weibo):
    receipt = arrived(c, freeze, weibo)
    Connection.objects.update(needs="authorise")
    freeze.move(hours=1)
    assert look(receipt) == "unchecked" and receipt.check_at == clock.now() + timedelta(days=1)
    Connection.objects.update(needs="")
    weibo.fake.expire({receipt.delivery.connection.values["uid"]})
    freeze.move(days=1)
    assert look(receipt) == "unchecked" and receipt.check_at == clock.now() + timedelta(days=1)


def by_hand(c: make.City, freeze, monkeypatch, page: Page) -> Receipt:
    monkeypatch.setattr(checking, "Wire", lambda **_given: page)
    connect(c.water, "weibo", "https://fake.example")
    texts.published(c, freeze, texts.approved(c, make.draft(c, "明天 停水", "桥头街停水。")))
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="refused", needs="by_hand")
    delivery.refresh_from_db()
    return actions.confirm_by_hand(delivery, by=c.editor, url="https://weibo.com/7/abc")


@pytest.mark.parametrize(
    ("status", "body", "standing"),
    [(200, "<title>明天 停水</title>".encode(), "there"), (200, "明天停水".encode("gb18030"), "there"),
     (404, b"", "gone"), (410, b"", "gone"), (200, b"<script>", "unchecked"), (302, b"", "unchecked")],
)  # fmt: skip
def test_what_was_put_there_by_hand_is_looked_at_by_its_address(
    c, freeze, monkeypatch, status, body, standing
):
    page = Page(status, body)
    receipt = by_hand(c, freeze, monkeypatch, page)
    freeze.move(hours=1, minutes=1)
    assert look(receipt) == standing
    assert page.asked == ["https://weibo.com/7/abc"] and receipt.checked_at == clock.now()


def test_a_page_that_is_not_reached_is_looked_at_later(c, freeze, monkeypatch):
    receipt = by_hand(c, freeze, monkeypatch, Page(0))
    freeze.move(hours=1, minutes=1)
    assert look(receipt) == "unchecked" and receipt.check_at == clock.now() + timedelta(hours=2)


def test_a_run_is_bounded_and_no_receipt_is_taken_by_two(c, freeze, weibo):
    arrived(c, freeze, weibo)
    freeze.move(hours=1)
    first = looking.take_due(1)
    assert len(first) == 1 and looking.take_due(1) == []
    freeze.move(minutes=11)
    assert looking.take_due(5) == first, "whoever died in a look is followed by another"


def test_what_can_never_be_seen_is_not_looked_at_for_ever(c, freeze, monkeypatch):
    page = Page(0)
    receipt = by_hand(c, freeze, monkeypatch, page)
    for _n in range(50):
        freeze.move(days=1)
        checking.check_due()
    receipt.refresh_from_db()
    assert receipt.check_at is None and receipt.standing == "unchecked" and len(page.asked) <= 41


def test_a_run_ends_in_time_however_slow_the_hosts_are(c, freeze, weibo, monkeypatch):
    arrived(c, freeze, weibo)
    freeze.move(hours=1)
    monkeypatch.setattr(checking, "LONGEST", -1.0)
    assert checking.check_due() == 0 and weibo.asked.count("/2/statuses/show.json") == 0
    monkeypatch.setattr(checking, "LONGEST", 60.0)
    freeze.move(minutes=11)
    assert checking.check_due() == 1


def test_a_look_that_fails_by_our_fault_keeps_no_other_from_being_looked_at(c, freeze, weibo, monkeypatch):
    receipt = arrived(c, freeze, weibo)
    texts.published(c, freeze, texts.approved(c, make.draft(c, "后天停水", "后天 8:00—16:00，桥头街停水。")))
    Engine(weibo).run(until_idle=True)
    real = checking.words_of

    def words_of(release, *given):
        if release.pk == receipt.delivery.release_id:
            raise KeyError("path")
        return real(release, *given)

    monkeypatch.setattr(checking, "words_of", words_of)
    freeze.move(hours=2)
    assert checking.check_due() == 1
    assert sorted(Receipt.objects.values_list("standing", flat=True)) == ["there", "unchecked"]


def test_nobody_is_told_that_what_is_being_taken_back_is_gone(c, freeze, weibo):
    receipt = arrived(c, freeze, weibo)
    actions.withdraw_post(receipt.delivery.release.post, "日期弄错了", by=c.final)
    Delivery.objects.filter(act="withdraw").update(state="sending")
    before = Notice.objects.count()
    looking.looked(receipt, Receipt.Standing.GONE)
    assert Notice.objects.count() == before
    receipt.refresh_from_db()
    assert receipt.standing == "unchecked" and receipt.check_at is not None


class InPlace:
    """A channel whose texts are corrected where they stand."""

    can = frozenset({Verb.SEND, Verb.LOOK_UP, Verb.CORRECT, Verb.WITHDRAW, Verb.CHECK})
    shown = ""

    def render(self, words: Words) -> Rendered:
        return Rendered(words.body, {"text": words.body})

    def send(self, sent: Rendered, key: str) -> Given:
        self.shown = sent.text
        return Given("1", "https://example.org/1")

    def correct(self, receipt: Given, sent: Rendered, key: str) -> Given:
        self.shown = sent.text
        return receipt

    def standing(self, receipt: Given, sent: Rendered | None) -> Standing:
        return Standing.THERE if sent is None or sent.text == self.shown else Standing.CHANGED


def test_our_own_correction_in_place_is_no_change_and_a_later_change_is_seen(c, freeze, weibo, monkeypatch):
    made = InPlace()
    for each in (calling, checking):
        monkeypatch.setattr(each, "adapter_of", lambda *_given, **_named: made)
    receipt = arrived(c, freeze, weibo)
    correction = posts.start_correction(
        receipt.delivery.release.post, by=c.editor, wrong="8:00", right="9:00", reason="抢修延时"
    )
    texts.decide_all(c, actions.send_for_review(correction, by=c.editor, release="approved", no_secrets=True))
    freeze.move(seconds=11)
    actions.release_due()
    Engine(weibo).run(until_idle=True)
    assert "9:00" in made.shown
    freeze.move(hours=2)
    assert look(receipt) == "there"
    made.shown = "别的话"
    freeze.move(days=2)
    assert look(receipt) == "changed"
