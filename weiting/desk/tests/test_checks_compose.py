"""The findings of the checks in the composer: shown, mended by one click, decided by name, without JavaScript too."""

import re
from html import unescape
from typing import Any

import pytest

from weiting.desk.tests.desk_city import page_of, signed_in, typed
from weiting.posts import actions as posts, queries
from weiting.posts.models import Decision, Post
from weiting.posts.tests.make import picture
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.make import published
from weiting.review.tests import make

pytestmark = pytest.mark.django_db

NUMBER = "990101199003070090"
MASKED = "990101********0090"
WISH = {"release": "later", "zone": "Asia/Shanghai", "no_secrets": "on"}
BODY = f"我们将尽快修好水管。\r\n请向相关部门反映。\r\n申请人身份证号 {NUMBER}。"


def draft(c: make.City, body: str = BODY, **more: Any) -> Post:
    post = make.draft(c, body=body)
    if more:
        posts.save_working(post, by=c.editor, saves=0, **more)
    return Post.objects.get(pk=post.pk)


def buttons(html: str) -> dict[str, str]:
    """Map the wordings offered to the values of their buttons."""
    found = re.findall(r'name="do" value="((?:fix|decide):[^"]+)"(?:\s+data-better="([^"]*)")?', html)
    return {unescape(better) if value.startswith("fix") else "decide": value for value, better in found}


def opened(editor: Any, post: Post) -> dict[str, str]:
    return buttons(editor.get(page_of(post)).content.decode())


def press(editor: Any, post: Post, value: str, **more: Any) -> Any:
    return editor.post(page_of(post), typed(post, do=value, **more))


def body_of(post: Post) -> str:
    working = Post.objects.select_related("working").get(pk=post.pk).working
    assert working is not None
    return working.body


def test_findings_stand_in_groups_with_wordings_and_the_mark(c):
    html = signed_in(c.editor).get(page_of(draft(c))).content.decode()
    assert "1 处挡住提交" in html and "平实" in html and "实度" in html
    assert {MASKED, "在〔待填：几月几日〕前", "〔待填：哪个单位〕", "decide"} <= set(buttons(html))
    places = re.findall(r'data-spots="([^"]+)"\s+data-words="([^"]+)"', html)
    plain = BODY.replace("\r\n", "\n")
    for spots, words in places:
        field, start, end = spots.split(" ")[0].split(":")
        assert field == "body" and plain[int(start) : int(end)] == words


def test_places_are_counted_as_a_browser_counts_them(c):
    html = signed_in(c.editor).get(page_of(draft(c, "🚰🚰请向相关部门反映。"))).content.decode()
    assert 'data-spots="body:6:10" data-words="相关部门"' in html


def test_a_wording_is_put_in_its_place_by_one_button(c):
    editor, post = signed_in(c.editor), draft(c)
    answer = press(editor, post, opened(editor, post)[MASKED], body=BODY)
    assert answer.status_code == 302 and answer["Location"].endswith("#findings")
    assert body_of(post) == BODY.replace("\r\n", "\n").replace(NUMBER, MASKED)
    assert make.submit(c, post).state == "open"


def test_what_was_typed_is_saved_with_the_wording(c):
    editor, post = signed_in(c.editor), draft(c)
    value = opened(editor, post)[MASKED]
    press(editor, post, value, body=f"送水车八点到。{BODY}", title="新的标题")
    post.refresh_from_db()
    assert body_of(post).startswith("送水车八点到。我们") and MASKED in body_of(post)
    assert post.working.title == "新的标题"


def test_words_that_have_moved_away_are_left_alone_with_a_sentence(c):
    editor, post = signed_in(c.editor), draft(c)
    value = opened(editor, post)["〔待填：哪个单位〕"]
    answer = press(editor, post, value, body="请向水务局反映。")
    assert answer.status_code == 422 and "已不在原来的位置" in answer.content.decode()
    assert body_of(post) == "请向水务局反映。"


@pytest.mark.parametrize(
    "value",
    ["fix:", "fix:body", "fix:body:x:0:y", "fix:nowhere:0:0:y", "fix:body:0:99:y", "decide:", "decide:a:b"],
)
def test_a_button_nobody_made_is_refused_on_its_page(c, value):
    editor, post = signed_in(c.editor), draft(c)
    answer = press(editor, post, value, body=BODY, **{"reason-b": "公示要求写全"})
    assert answer.status_code in {409, 422} and 'id="findings"' in answer.content.decode()
    assert body_of(post) == BODY.replace("\r\n", "\n") and not Decision.objects.exists()


def test_the_same_number_is_masked_wherever_it_stands(c):
    words = f"身份证号{NUMBER}"
    post = draft(c, variants={"weibo": words}, title=words, fact_source=words, summary=words)
    asset = picture(c, kind="video")
    posts.attach(post, asset, by=c.editor, alt=words, caption=words)
    posts.arrange_post(post, by=c.editor, provenance="partner", source_name=words)
    post = Post.objects.select_related("working").get(pk=post.pk)
    editor = signed_in(c.editor)
    press(
        editor, post, opened(editor, post)[MASKED], body=BODY, weibo=words, fact_source=words,
        source_name=words, provenance="partner",
    )  # fmt: skip
    post = Post.objects.select_related("working").get(pk=post.pk)
    assert queries.undecided(post) == []
    place = post.working.media.get()
    held = [post.working.title, post.working.variants["weibo"], post.working.fact_source, post.source_name]
    assert all(MASKED in text for text in [*held, place.alt, place.caption])


def test_keeping_it_needs_a_reason_and_then_the_way_is_open(c):
    editor, post = signed_in(c.editor), draft(c)
    value = opened(editor, post)["decide"]
    mark = value.rpartition(":")[2]
    answer = press(editor, post, value, body=BODY, **{f"reason-{mark}": "要"})
    html = answer.content.decode()
    assert answer.status_code == 422 and f'id="refusal-{mark}"' in html and 'value="要"' in html
    answer = press(editor, post, value, body=BODY, **{f"reason-{mark}": "失主凭号码认领"})
    assert answer.status_code == 302
    html = editor.get(page_of(post)).content.decode()
    assert "editor决定保留" in html and "失主凭号码认领" in html and "挡住提交" not in html
    assert Decision.objects.get().by == c.editor


def test_submitting_is_refused_with_the_masked_words_at_the_field(c):
    editor, post = signed_in(c.editor), draft(c)
    answer = press(editor, post, "submit", body=BODY, no_secrets="on")
    html = answer.content.decode()
    assert answer.status_code == 422
    error = re.search(r'id="id_body-error">.*?</p>', html, re.S)
    assert error and MASKED in error[0] and NUMBER not in error[0]
    assert {MASKED, "decide"} <= set(buttons(html))
    assert html.count("我们将尽快修好水管") >= 2
    assert Post.objects.get(pk=post.pk).state == "draft"


def test_the_preview_checks_what_was_typed_and_keeps_a_reason_half_written(c):
    editor, post = signed_in(c.editor), draft(c, "停水。")
    address = page_of(post, "preview/")
    html = editor.post(address, typed(post, body=BODY, may_write="1")).content.decode()
    value = buttons(html)["decide"]
    mark = value.rpartition(":")[2]
    said = typed(post, body=BODY, may_write="1", **{f"reason-{mark}": "失主"})
    assert 'value="失主"' in editor.post(address, said).content.decode()
    assert body_of(post) == "停水。"


def test_who_only_reads_along_is_offered_nothing_to_press(c):
    post = draft(c)
    other = make.person("zweite")
    make.member(other, c.water, "editor")
    posts.take_pen(post, by=other)
    html = signed_in(c.editor).get(page_of(post)).content.decode()
    assert "相关部门" in html and not buttons(html)


def test_a_very_long_text_opens_and_says_what_was_not_looked_at(c):
    body = ("东园社区停水。" * 2_800)[:19_000] + "申请人身份证号 " + NUMBER + "。请向相关部门反映。"
    html = signed_in(c.editor).get(page_of(draft(c, body))).content.decode()
    assert MASKED in html and "只查了个人信息" in html and "〔待填：哪个单位〕" not in buttons(html)


def test_many_findings_are_folded_behind_the_first_ones(c):
    html = signed_in(c.editor).get(page_of(draft(c, "请向相关部门反映。\n" * 20))).content.decode()
    before, folded = html.split("还有 8 处值得改")
    assert before.count("data-finding") == 12 and folded.count("data-finding") == 8


def test_lengths_are_counted_as_the_text_package_counts_them(c):
    connect(c.water, "weibo", "https://api.weibo.com", "供水")
    post = draft(c, "停水。", variants={"weibo": "水" * 141})
    html = signed_in(c.editor).get(page_of(post)).content.decode()
    assert re.search(r"1[34]\d / 140", html) and "水" * 120 in html and "已缩到微博能收的长度" in html


def test_weekdays_are_read_from_the_day_it_goes_out(c, freeze):
    freeze("2026-11-20 10:00")
    editor, post = signed_in(c.editor), draft(c, "1 月 4 日（周日）停水。")
    address = page_of(post, "preview/")
    today = editor.post(address, typed(post)).content.decode()
    later = editor.post(address, typed(post, release="at", at="2027-01-03T09:00")).content.decode()
    assert ("周日" in "".join(re.findall(r'data-words="([^"]+)"', today))) != (
        "周日" in "".join(re.findall(r'data-words="([^"]+)"', later))
    )


def test_the_page_stays_within_its_budget_with_findings_and_decisions(c, django_assert_max_num_queries):
    editor, post = signed_in(c.editor), draft(c)
    found = queries.undecided(post)[0]
    posts.decide_finding(post, by=c.editor, rule=found.rule, fingerprint=found.fingerprint, reason="公示要求")
    editor.get(page_of(post))
    with django_assert_max_num_queries(30):
        editor.get(page_of(post))


# corrections and issues


def test_a_correction_shows_masks_and_decides_as_the_composer_does(c, freeze):
    post = published(c, freeze)
    words = f"17:00，身份证号 {NUMBER}"
    posts.start_correction(post, by=c.editor, wrong="16:00", right=words, reason="写错了")
    editor = signed_in(c.editor)
    address = page_of(post, "correct/")
    html = editor.get(address).content.decode()
    # What the correction announces cannot be masked any more, so no mask is offered for it.
    assert "挡住提交" in html and "放弃这次更正" in html and MASKED not in buttons(html)
    post = Post.objects.select_related("working").get(pk=post.pk)
    said = {
        "saves": post.working.saves,
        "title": post.working.title,
        "summary": "",
        "body": post.working.body,
    }
    refused = editor.post(address, {**said, "do": "submit", **WISH})
    assert refused.status_code == 422 and MASKED in refused.content.decode()
    value = buttons(refused.content.decode())["decide"]
    mark = value.rpartition(":")[2]
    answer = editor.post(address, {**said, "do": value, f"reason-{mark}": "x"})
    assert answer.status_code == 422 and f'id="refusal-{mark}"' in answer.content.decode()
    answer = editor.post(address, {**said, "do": value, f"reason-{mark}": "失主凭号码认领"})
    assert answer.status_code == 200 and "editor决定保留" in answer.content.decode()


def test_a_correction_is_mended_by_one_button(c, freeze):
    post = published(c, freeze)
    posts.start_correction(post, by=c.editor, wrong="16:00", right="17:00", reason="写错了")
    post = Post.objects.select_related("working").get(pk=post.pk)
    editor, address = signed_in(c.editor), page_of(post, "correct/")
    body = f"{post.working.body}身份证号 {NUMBER}。"
    said = {
        "saves": post.working.saves,
        "title": post.working.title,
        "summary": "",
        "body": body,
        "do": "save",
    }
    editor.post(address, said)
    value = buttons(editor.get(address).content.decode())[MASKED]
    post = Post.objects.select_related("working").get(pk=post.pk)
    answer = editor.post(address, {**said, "saves": post.working.saves, "do": value})
    assert answer.status_code == 200 and MASKED in body_of(post)


def test_an_issue_is_mended_and_decided_in_its_own_words(c, freeze):
    key = published(c, freeze).public_id
    issue = posts.start_issue(c.water, by=c.editor, title="一周")
    editor, address = signed_in(c.editor), f"/desk/write/issues/{issue.public_id}/"
    words = f"身份证号 {NUMBER}"
    said = {"title": "一周", "post": [key], f"{key}-title": "停水", f"{key}-digest": words, "cover_alt": ""}
    editor.post(address, {**said, "saves": 0, "title": "一周", "do": f"add:{key}"})
    issue.refresh_from_db()
    editor.post(address, {**said, "saves": issue.saves, "do": "save"})
    offered = buttons(editor.get(address).content.decode())
    issue.refresh_from_db()
    mark = offered["decide"].rpartition(":")[2]
    reason = {f"reason-{mark}": "失主凭号码认领"}
    answer = editor.post(address, {**said, **reason, "saves": issue.saves, "do": offered["decide"]})
    assert answer.status_code == 200 and Decision.objects.get().issue == issue
    Decision.objects.all().delete()
    issue.refresh_from_db()
    answer = editor.post(address, {**said, "saves": issue.saves, "do": offered[MASKED]})
    assert answer.status_code == 200
    assert MASKED in issue.articles.get().digest and queries.undecided(issue) == []
