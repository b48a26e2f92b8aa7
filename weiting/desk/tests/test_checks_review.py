"""The findings of the checks on the page of a round: marked in the text, listed beside it, asked for by one click."""

import re
from collections.abc import Callable
from random import Random

import pytest
from django.test import Client
from django.utils.html import strip_tags

from weiting.accounts.models import Person
from weiting.desk.findings import Shown
from weiting.desk.marking import marked_line, marked_prose
from weiting.posts import actions as posts, queries
from weiting.posts.prose import prose_html
from weiting.review import actions
from weiting.review.models import Remark, Round
from weiting.review.tests import make

SignIn = Callable[[Person], Client]
NUMBER = "990101199003070090"
BODY = f"""## 通知

东园社区 11 月 21 日 8:00 到 16:00 停水。**我们将尽快修好水管**。请向相关部门反映。

- 申请人身份证号 {NUMBER}。"""


@pytest.fixture
def round_(c: make.City) -> Round:
    """A text in review with findings and a decision."""
    post = make.draft(c, body=BODY)
    posts.save_working(post, by=c.editor, saves=0, summary=f"请身份证号 {NUMBER} 的失主来领。")
    post.refresh_from_db()
    for found in queries.undecided(post):
        posts.decide_finding(
            post, by=c.editor, rule=found.rule, fingerprint=found.fingerprint, reason="法律要求写全"
        )
    return make.submit(c, post)


def page(desk: Client, round_: Round) -> str:
    return desk.get(f"/desk/review/{round_.public_id}/").content.decode()


def test_findings_are_marked_in_the_text_and_explained_beside_it(round_, c, signed_in) -> None:
    html = page(signed_in(c.first), round_)
    marked = dict(re.findall(r'<mark class="(\w+)" title="[^"]+">([^<]+)</mark>', html))
    assert html.count(f">{NUMBER}</mark>") == 2
    assert marked["ok"] == NUMBER and marked["soon"] in {"尽快", "相关部门"}
    numbers = re.findall(r'<a class="n" href="#finding-(\d+)" aria-label="[^"]+">(\d+)</a>', html)
    assert numbers and all(first == second for first, second in numbers)
    assert all(f'id="finding-{number}"' in html for number, _same in numbers)


def test_a_decision_is_shown_with_its_name_time_and_reason(round_, c, signed_in) -> None:
    html = page(signed_in(c.first), round_)
    assert "editor决定保留" in html and "法律要求写全" in html


def test_one_click_asks_for_a_better_wording_at_the_passage(round_, c, signed_in) -> None:
    desk = signed_in(c.first)
    forms = re.findall(
        r'name="place" value="([^"]+)">\s*<input type="hidden" name="quote" value="([^"]+)">\s*'
        r'<input type="hidden" name="text" value="([^"]+)"',
        page(desk, round_),
    )
    place, quote, text = next(form for form in forms if form[1] == "尽快")
    answer = desk.post(
        f"/desk/review/{round_.public_id}/remark/", {"place": place, "quote": quote, "text": text}
    )
    assert answer.status_code == 302
    remark = Remark.objects.get()
    assert (remark.field, remark.start, remark.quote) == ("body", BODY.index("尽快"), "尽快")
    assert remark.text == text and "→" in text


def test_of_words_that_stand_twice_the_place_that_was_shown_is_meant(c, signed_in) -> None:
    body = "我们将尽快修好水管。送水车也会尽快到。"
    round_ = make.submit(c, make.draft(c, body=body))
    at = body.rindex("尽快")
    said = {"place": f"body:{at}", "quote": "尽快", "text": "写几点"}
    signed_in(c.first).post(f"/desk/review/{round_.public_id}/remark/", said)
    assert Remark.objects.get().start == at


def test_a_place_that_is_none_falls_back_to_the_words(c, signed_in) -> None:
    round_ = make.submit(c, make.draft(c, body="我们将尽快修好水管。"))
    for place in ("body:9999", "body:-1", "alt:3", "x", "body:12345678901"):
        said = {"place": place, "quote": "尽快", "text": "写几点"}
        assert signed_in(c.first).post(f"/desk/review/{round_.public_id}/remark/", said).status_code == 302
    assert set(Remark.objects.values_list("start", flat=True)) == {3}


def test_a_round_that_is_over_keeps_its_decisions_and_marks_nothing(round_, c, signed_in) -> None:
    make.approve_all(round_)
    html = page(signed_in(c.first), round_)
    assert "<mark" not in html and "法律要求写全" in html


def test_the_page_behind_a_telephone_link_shows_marks_and_decisions(round_, c) -> None:
    token = actions.make_link(make.open_step(round_), c.first, by=c.first)
    html = Client().get(f"/desk/link/{token}/").content.decode()
    assert '<mark class="ok"' in html and "法律要求写全" in html and 'name="place"' not in html


def test_an_issue_shows_what_was_found_in_its_own_words(c, signed_in) -> None:
    issue = posts.start_issue(c.water, by=c.editor, title="本周")
    done = make.approve_all(make.submit(c))
    said = [{"post": make.post_of(done), "digest": f"身份证号 {NUMBER}"}]
    issue = posts.save_issue(issue, by=c.editor, saves=0, title="本周", articles=said)
    (found,) = queries.undecided(issue)
    posts.decide_finding(
        issue, by=c.editor, rule=found.rule, fingerprint=found.fingerprint, reason="法律要求写全"
    )
    round_ = actions.submit_issue(issue, by=c.editor, no_secrets=True)
    assert "法律要求写全" in page(signed_in(c.first), round_)


def test_the_page_asks_few_more_questions_of_the_database(
    round_, c, signed_in, django_assert_max_num_queries
):
    desk = signed_in(c.first)
    page(desk, round_)
    with django_assert_max_num_queries(45):
        page(desk, round_)


# marks


def shown(text: str, start: int, end: int, severity: str = "should") -> Shown:
    return Shown("body", start, end, text[start:end], "", "为什么<b>", severity, number=1)


def bare(html: str) -> str:
    return strip_tags(re.sub(r"<sup>.*?</sup>", "", html))


def test_a_mark_ends_before_an_element_and_goes_on_behind_it() -> None:
    text = "我们**尽快修**好"
    html = marked_prose(text, [shown(text, 1, 6)])
    assert html.count("<mark") == html.count("</mark>") == 2
    assert re.search(r"<strong><mark[^>]+>尽快</mark>", html)


def test_addresses_stay_whole() -> None:
    text = "见[公告](https://a.example/尽快)与 https://b.example/x"
    html = marked_prose(text, [shown(text, 22, 24), shown(text, 28, 34)])
    assert 'href="https://b.example/x"' in html and "\ue000" not in html


def test_a_list_and_a_heading_keep_their_shape() -> None:
    text = "- 一\n- 二"
    html = marked_prose(text, [shown(text, 0, 7)])
    assert html.count("<li>") == 2 and bare(html).split() == ["一", "二"]
    assert "<h2>" in marked_prose("## 题", [shown("## 题", 0, 4)])


def test_what_is_marked_is_escaped() -> None:
    text = '<script>alert("1")</script>尽快'
    html = marked_line(text, [shown(text, 0, 8), shown(text, 27, 29)])
    assert "<script" not in html and "为什么&lt;b&gt;" in html
    assert "<script" not in marked_prose(text, [shown(text, 0, 8)])


def test_any_marks_leave_the_words_as_they_were() -> None:
    chance = Random(7)
    alphabet = "尽快停水**[]()#- \n<>&\ue000\ue101一二三。"
    for _round in range(400):
        text = "".join(chance.choices(alphabet, k=chance.randint(0, 40)))
        found = []
        for _each in range(chance.randint(0, 4)):
            start, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
            found.append(shown(text, start, end, chance.choice(["must", "should", "hint"])))
        html = marked_line(text, found)
        assert html.count("<mark") == html.count("</mark>")
        plain = re.sub("[\ue000-\uf8ff]", "\ufffd", text)
        assert bare(html.replace("<br>", "\n")) == strip_tags(marked_line(plain, []).replace("<br>", "\n"))
        prose = marked_prose(text, found)
        assert not re.search("[\ue000-\uf8ff]", prose) and prose.count("<mark") == prose.count("</mark>")
        assert re.sub(r"<sup>.*?</sup>|</?mark[^>]*>", "", prose).count("<") >= prose_html("").count("<")
