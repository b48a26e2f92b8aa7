"""A reader of several units gets once what was passed on, by mail and in the fediverse; what follows reaches them."""

import pytest

from weiting.channels import registry
from weiting.channels.ports import Settings, Words
from weiting.channels.wire import Wire
from weiting.core.errors import Invalid
from weiting.jobs import testing as jobs
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.delivery.texts import address_of
from weiting.publishing.tests.make import fresh, published
from weiting.relay import actions
from weiting.relay.models import Ask
from weiting.relay.tests import make as relays
from weiting.relay.tests.test_following import correct
from weiting.review.tests import make as reviews
from weiting.subscriptions import actions as mail, pacing
from weiting.subscriptions.book import BOOK
from weiting.subscriptions.outbox import Outbox
from weiting.subscriptions.tests import make as mails

pytestmark = pytest.mark.django_db

LI, WANG = "li@example.com", "wang@example.com"


@pytest.fixture
def s(freeze):
    pacing.forget()
    BOOK.forget()
    scene = relays.scene(freeze)
    scene.mail = {unit.pk: mails.connect(unit) for unit in [scene.city.water, *scene.units]}  # type: ignore[attr-defined]
    yield scene
    BOOK.forget()


def adapter(connection):
    return registry.adapter("mail", Settings(""), Wire(allow_private=True), Outbox(connection))


def words(post: Post, **more) -> Words:
    live = fresh(post).live
    return Words(live.title, live.body, "", "", address_of(post), live.content_hash, **more)


def laid(s, post: Post, key: str = ""):
    """Lay a public text down for the readers of its unit; return the receipt."""
    found = adapter(s.mail[post.unit_id])
    return found.send(found.render(words(post)), key or f"k-{post.public_id}")


def passed(s, freeze, call, number: int) -> Post:
    return fresh(s.passed(freeze, s.ask(call, number)).post)


def got(to: str) -> list[str]:
    mails.carry()
    return [str(each.subject) for each in mails.letters(to)]


def test_reader_of_three_units_gets_one_letter_and_others_the_first_relay(s, freeze):
    for unit in (s.city.water, s.units[0], s.units[1]):
        mails.reader(LI, unit)
    for unit in s.units:
        mails.reader(WANG, unit)
    laid(s, s.post)
    call = s.open()
    for number in range(3):
        laid(s, passed(s, freeze, call, number))
    assert got(LI) == [relays.TITLE]
    assert got(WANG) == [f"转发：{relays.TITLE}"]


def test_correction_and_withdrawal_reach_everyone_by_the_way_they_got_it(s, freeze):
    for unit in (s.city.water, s.units[0]):
        mails.reader(LI, unit)
    mails.reader(WANG, s.units[0])
    first = laid(s, s.post)
    relayed = passed(s, freeze, s.open(), 0)
    second = laid(s, relayed)
    mails.carry()
    correct(s, freeze)
    jobs.run_waiting("relay.follow")
    own, their = adapter(s.mail[s.city.water.pk]), adapter(s.mail[s.units[0].pk])
    own.correct(first, own.render(words(s.post, correcting="更正：41 度 → 40 度。")), "k-c1")
    their.correct(second, their.render(words(relayed, correcting="更正：41 度 → 40 度。")), "k-c2")
    assert got(LI) == [relays.TITLE, f"更正：{relays.TITLE}"]
    assert got(WANG) == [f"转发：{relays.TITLE}", f"更正：转发：{relays.TITLE}"]
    publishing.withdraw_post(fresh(s.post), "发错了。", by=s.city.final)
    jobs.run_waiting("relay.follow")
    own.withdraw(first, "k-w1")
    their.withdraw(second, "k-w2")
    assert got(LI)[2:] == [f"已撤回：{relays.TITLE}"]
    assert got(WANG)[2:] == [f"已撤回：转发：{relays.TITLE}"]


def test_what_one_unit_takes_back_is_brought_by_the_next_that_stands(s, freeze):
    for unit in s.units[:2]:
        mails.reader(LI, unit)
        mails.reader(WANG, unit, "daily")
    call = s.open()
    first = passed(s, freeze, call, 0)
    receipt = laid(s, first)
    laid(s, passed(s, freeze, call, 1))
    mails.carry()
    publishing.withdraw_post(first, "不归我们说。", by=None)
    adapter(s.mail[first.unit_id]).withdraw(receipt, "k-w")
    adapter(s.mail[first.unit_id]).withdraw(receipt, "k-w")
    title = f"转发：{relays.TITLE}"
    assert got(LI) == [title, f"已撤回：{title}", title]
    mail.send_daily()
    mails.carry()
    (letter,) = mails.letters(WANG)
    assert "1 条" in letter.subject and "第2街道" in letter.body


def test_digest_shows_it_once_with_who_passed_it_on(s, freeze):
    for unit in (s.city.water, *s.units):
        mails.reader(LI, unit, "daily")
    laid(s, s.post)
    call = s.open()
    for number in range(3):
        laid(s, passed(s, freeze, call, number))
    mail.send_daily()
    mails.carry()
    (letter,) = mails.letters(LI)
    assert letter.body.count("/p/") == 1 and "转发：第1街道、第2街道、第3街道" in letter.body
    assert "转发：第1街道、第2街道、第3街道" in str(letter.alternatives[0].content)


def another(s, freeze, number: int) -> Post:
    """Publish one more text of the water unit."""
    round_ = reviews.submit(s.city, reviews.draft(s.city, f"第 {number} 条"))
    reviews.approve_all(round_)
    return published(s.city, freeze, fresh(round_.post))


def relay_of(s, freeze, number: int, **more) -> Post:
    call = s.open(post=another(s, freeze, number), units=[s.units[number % 3]], **more)
    ask = Ask.objects.select_related("unit", "call").get(call=call)
    return fresh(s.passed(freeze, ask).post)


def test_a_reader_is_mailed_so_many_a_week_and_reads_the_others_in_the_days_letter(s, freeze):
    actions.save_rules(s.city.hall, by=s.city.hall_editor, per_week=3, reviews_lines=False, per_reader=2)
    for unit in s.units:
        mails.reader(LI, unit)
    for number in range(3):
        laid(s, relay_of(s, freeze, number))
    assert len(got(LI)) == 2
    urgent = relay_of(s, freeze, 0, exempt_reason="今晚有暴雨，等不得。")
    laid(s, urgent)
    assert len(got(LI)) == 3
    mail.send_daily()
    assert len(got(LI)) == 4 and "1 条" in got(LI)[-1] and "第 2 条" in got(LI)[-1]
    freeze.move(days=8)
    laid(s, relay_of(s, freeze, 1))
    assert len(got(LI)) == 5


def test_the_budget_of_a_reader_is_between_one_and_fifty(s):
    with pytest.raises(Invalid) as refused:
        actions.save_rules(s.city.hall, by=s.city.hall_editor, per_week=3, reviews_lines=False, per_reader=0)
    assert set(refused.value.fields) == {"per_reader"}
