"""Bulletins: each reader once, corrections and withdrawals to those who got the text, and to nobody else."""

from email import message_from_bytes
from email.policy import default

from django.core import mail

from weiting.channels import registry
from weiting.channels.ports import Media, Settings, Words
from weiting.core import clock
from weiting.fanout.models import Copy
from weiting.posts.models import Post
from weiting.posts.tests import make as posts
from weiting.subscriptions import actions, links
from weiting.subscriptions.models import Bulletin, Place, Subscription
from weiting.subscriptions.tests import make
from weiting.subscriptions.tests.make import Town

LI, WANG, ZHAO = "li@example.com", "wang@example.com", "zhao@example.com"


def got(to: str) -> list[str]:
    return [str(each.subject) for each in make.letters(to)]


def day(at: str = "18:00") -> None:
    """Send the day's letters and carry them."""
    actions.send_daily()
    make.carry()


def test_reader_of_unit_column_and_hall_gets_a_text_once(town: Town) -> None:
    for thing in (town.city.water, town.city.column, town.city.hall):
        make.reader(LI, thing)
    make.reader(WANG, town.city.hall)
    make.connect(town.city.roads, "路")
    make.reader(ZHAO, town.city.roads)
    town.says()
    make.carry()
    assert got(LI) == ["明天停水"] and got(WANG) == ["明天停水"] and got(ZHAO) == []


def test_the_same_key_twice_is_one_bulletin(town: Town) -> None:
    make.reader(LI, town.city.water)
    post, first = town.says(key="k1")
    assert town.adapter().send(town.rendered(post), "k1") == first
    make.carry()
    assert len(make.letters()) == 1 and Bulletin.objects.count() == 1 and first.is_final
    assert first.url == f"https://yunxi.example/p/{post.public_id}/"


def test_a_second_connection_for_mail_brings_nothing_twice(town: Town) -> None:
    make.reader(LI, town.city.water)
    post, _receipt = town.says()
    town.adapter(make.connect(town.city.water, "另一个")).send(town.rendered(post), "key-2")
    make.reader(WANG, town.city.water)
    town.adapter().send(town.rendered(post), "key-3")
    make.carry()
    assert got(LI) == ["明天停水"] and got(WANG) == ["明天停水"]


def test_nobody_who_has_not_confirmed_gets_anything(town: Town) -> None:
    actions.ask(LI, town.city.water, "at_once", "")
    town.says()
    make.carry()
    assert make.letters() == []


def test_letter_holds_what_mail_programs_and_people_need(town: Town) -> None:
    reader = make.reader(LI, town.city.water)
    post, _receipt = town.says()
    make.carry()
    (letter,) = make.letters()
    headers = letter.extra_headers
    way = links.reader_url(reader.public_id, "zh-hans")
    assert headers["List-Unsubscribe"] == f"<{way}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Precedence"] == "bulk" and headers["Auto-Submitted"] == "auto-generated"
    assert (
        headers["List-Id"].startswith("<bulletins.")
        and letter.to == [LI]
        and not letter.cc
        and not letter.bcc
    )
    html = str(letter.alternatives[0].content)
    for part in (str(letter.body), html):
        assert "东园社区 8:00 到 16:00 停水。" in part and f"/p/{post.public_id}/" in part and way in part
        assert "云溪供水" in part and "云溪发布" in part
    assert "<img" not in html and "<script" not in html and " style=" not in html and "\ue000" not in html
    raw = message_from_bytes(letter.message().as_bytes(), policy=default)
    assert "云溪供水" in str(raw["From"]) and raw["Message-ID"] == headers["Message-ID"]
    # The same copy, should it ever be handed over again, is known as the same letter.
    assert headers["Message-ID"] == make.message_id(post, reader)


def test_correction_goes_to_those_who_got_the_text_and_only_them(town: Town) -> None:
    make.reader(LI, town.city.water)
    post, receipt = town.says()
    make.carry()
    make.reader(WANG, town.city.water)
    town.corrects(post, receipt)
    town.corrects(post, receipt)
    make.carry()
    assert got(LI) == ["明天停水", "更正：明天停水"] and got(WANG) == []
    first, second = make.letters(LI)
    assert "8:00 → 9:00" in second.body
    assert second.extra_headers["In-Reply-To"] == first.extra_headers["Message-ID"]


def test_withdrawal_is_a_short_notice_with_the_reason(town: Town) -> None:
    make.reader(LI, town.city.water)
    post, receipt = town.says()
    make.carry()
    Post.objects.filter(pk=post.pk).update(withdrawn_reason="发错了单位")
    town.adapter().withdraw(receipt, "key-w")
    town.adapter().withdraw(receipt, "key-w")
    make.carry()
    assert got(LI) == ["明天停水", "已撤回：明天停水"]
    notice = make.letters(LI)[1]
    assert "发错了单位" in notice.body and "东园社区" not in notice.body


def test_what_waits_is_not_sent_after_a_withdrawal(town: Town) -> None:
    make.reader(LI, town.city.water)
    _post, receipt = town.says()
    town.adapter().withdraw(receipt, "key-w")
    make.carry()
    assert make.letters() == [], "neither the text nor a notice of what nobody has"


def test_error_that_waits_is_not_sent_after_its_correction(town: Town) -> None:
    make.reader(LI, town.city.water)
    post, receipt = town.says()
    town.corrects(post, receipt)
    make.carry()
    assert got(LI) == ["更正：明天停水"]
    town.adapter().withdraw(receipt, "key-w")
    make.carry()
    assert got(LI) == ["更正：明天停水", "已撤回：明天停水"]


def test_the_days_letter_holds_what_came_and_comes_once(town: Town, freeze) -> None:
    freeze("2026-11-21 10:00")
    make.reader(LI, town.city.water, "daily")
    make.reader(WANG, town.city.hall, "daily")
    make.reader(ZHAO, town.city.water)
    town.says("明天停水")
    town.says("后天停水")
    make.carry()
    assert got(LI) == [] and got(ZHAO) == ["明天停水", "后天停水"]
    freeze("2026-11-21 18:00")
    day()
    day()
    (letter,) = make.letters(LI)
    assert "11月21日" in letter.subject and "2 条" in letter.subject
    assert "明天停水" in letter.body and "后天停水" in letter.body and letter.body.count("/p/") == 2
    assert len(make.letters(WANG)) == 1
    assert Copy.objects.filter(item__key__startswith="mail:day").count() == 2
    freeze("2026-11-22 18:00")
    day()
    assert len(make.letters(LI)) == 1, "a day on which nothing was said brings no letter"


def test_readers_of_different_things_get_different_days(town: Town, freeze) -> None:
    roads = make.connect(town.city.roads, "路")
    make.reader(LI, town.city.water, "daily")
    make.reader(WANG, town.city.hall, "daily")
    town.says("明天停水")
    other = posts.published(town.city, "三中路限行")
    town.adapter(roads).send(town.rendered(other), "key-r")
    day()
    assert "三中路限行" not in make.letters(LI)[0].body and "三中路限行" in make.letters(WANG)[0].body


def test_correction_before_the_days_letter_puts_it_right_there(town: Town) -> None:
    make.reader(LI, town.city.water, "daily")
    post, receipt = town.says()
    town.corrects(post, receipt)
    make.carry()
    assert make.letters() == []
    day()
    (letter,) = make.letters()
    assert "8:00 → 9:00" in letter.body and letter.body.count("/p/") == 1


def test_correction_after_the_days_letter_is_a_letter_at_once(town: Town) -> None:
    make.reader(LI, town.city.water, "daily")
    post, receipt = town.says()
    day()
    town.corrects(post, receipt)
    make.carry()
    assert len(got(LI)) == 2 and got(LI)[1] == "更正：明天停水"
    town.adapter().withdraw(receipt, "key-w")
    make.carry()
    assert got(LI)[2] == "已撤回：明天停水"


def test_withdrawn_text_is_not_in_the_days_letter(town: Town) -> None:
    make.reader(LI, town.city.water, "daily")
    _post, receipt = town.says()
    town.adapter().withdraw(receipt, "key-w")
    day()
    assert make.letters() == [] and not Place.objects.exists()


def test_change_of_rhythm_holds_for_what_comes_next(town: Town) -> None:
    reader = make.reader(LI, town.city.water, "daily")
    actions.change_rhythm(reader.public_id, Subscription.objects.get().pk, "at_once")
    town.says()
    make.carry()
    assert got(LI) == ["明天停水"]


def test_issue_is_mailed_and_taken_back(town: Town) -> None:
    make.reader(LI, town.city.water)
    words = Words(title="第 7 期", body="1. 明天停水", html="<p>1. 明天停水</p>", summary="1. 明天停水",
                  url="https://yunxi.example/i/abcdefghij/", content_hash="ab")  # fmt: skip
    receipt = town.adapter().send(registry.render("mail", Settings(""), words), "k-i")
    town.adapter().withdraw(receipt, "k-w2")
    make.carry()
    assert Bulletin.objects.filter(act="send").get().issue is None and receipt.url.endswith("/i/abcdefghij/")


def test_preview_is_what_is_sent(town: Town) -> None:
    make.reader(LI, town.city.water)
    post, _receipt = town.says()
    preview = town.rendered(post)
    make.carry()
    (letter,) = make.letters()
    assert letter.subject == preview.fields["subject"] and letter.body.startswith(preview.text)
    assert preview.fields["html"] in str(letter.alternatives[0].content)


def test_rendering_is_safe_short_and_says_what_is_left_out() -> None:
    picture = Media(
        "picture", "image/png", "水<表>", "a.png", "https://yunxi.example/a.png?x=1&y=2", 1, lambda: b""
    )
    words = Words(title="长" * 200 + "\n行", body="第一段\n\n<b>第二段</b>", html="", summary="", said="说<i>法",
                  url="https://yunxi.example/p/abc/?a=1&b=2", content_hash="x", media=(picture,),
                  correcting="更正：<b>")  # fmt: skip
    sent = registry.render("mail", Settings(""), words)
    assert len(sent.fields["subject"]) == 78 and "\n" not in sent.fields["subject"]
    assert (
        "<i>" not in sent.fields["html"]
        and "<b>" not in sent.fields["html"]
        and "&amp;b=2" in sent.fields["html"]
    )
    assert "［图片：水<表> https://yunxi.example/a.png?x=1&y=2］" in sent.text and len(sent.notes) == 2
    assert all(note.say() for note in sent.notes) and sent == registry.render("mail", Settings(""), words)


def test_readers_of_traditional_characters_get_them(town: Town) -> None:
    make.reader(LI, town.city.water, language="zh-hant")
    post, _receipt = town.says()
    make.carry()
    (letter,) = make.letters()
    assert "東園社區 8:00 到 16:00 停水。" in str(letter.body) and "雲溪供水發佈" in str(letter.body)
    assert f"/p/{post.public_id}/" in letter.body and "/zh-hant/mail/" in letter.body
    assert "東園社區" in str(letter.alternatives[0].content)


def test_who_got_what_is_forgotten_after_90_days(town: Town, freeze) -> None:
    make.reader(LI, town.city.water)
    town.says()
    make.carry()
    freeze(clock.now())
    freeze.move(days=91)
    actions.tidy_readers()
    assert not Place.objects.exists() and Bulletin.objects.exists()


def test_erasing_and_laying_down_leave_no_dead_letters(town: Town) -> None:
    reader = make.reader(LI, town.city.water)
    post, receipt = town.says()
    make.carry()
    actions.leave(reader.public_id)
    town.corrects(post, receipt)
    make.carry()
    assert got(LI) == ["明天停水"] and len(mail.outbox) >= 1
