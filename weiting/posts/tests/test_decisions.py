"""What is personal in a text, and deciding by name that it stays."""

from typing import Any

import pytest

from weiting import audit
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.posts import actions, concerns, queries
from weiting.posts.models import Decision, Issue, Post
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.posts.tests.test_at_once import at_once
from weiting.units.models import Unit

# Invented: no region has the code 990101.
NUMBER = "990101199003070090"
WORDS = f"申请人身份证号 {NUMBER}。"
LIST = f"""姓名 手机 身份证号
王小明 13800138000 {NUMBER}
李小红 13800138001 990101199003070081
赵小军 13800138002 990101199003070072"""


def draft(c: City, body: str = WORDS, **given: Any) -> Post:
    post = make.draft(c, body=body)
    if given:
        actions.save_working(post, by=c.editor, saves=0, **given)
    return Post.objects.get(pk=post.pk)


def decide(post: Post | Issue, by: Any, reason: str = "公示要求写全", at: int = 0) -> Decision:
    found = queries.undecided(post)[at]
    return actions.decide_finding(post, by=by, rule=found.rule, fingerprint=found.fingerprint, reason=reason)


def fields(post: Post) -> list[list[str]]:
    return [[place.field for place in each.places] for each in queries.undecided(post)]


def test_an_identity_number_is_found_with_a_wording_in_its_place(c: City) -> None:
    (found,) = queries.undecided(draft(c))
    place = found.places[0]
    assert (place.field, WORDS[place.start : place.end]) == ("body", NUMBER)
    assert found.better == ("990101********0090",) and found.shown == found.better[0]


@pytest.mark.parametrize("field", ["title", "summary", "fact_source", "fact_number", "fact_contact"])
def test_every_field_that_goes_out_is_looked_through(c: City, field: str) -> None:
    # The number of a document is short: it takes the label without the words around it.
    words = f"身份证号{NUMBER}"
    assert fields(draft(c, "停水。", **{field: words})) == [[field]]


def test_the_wordings_of_channels_are_looked_through(c: City) -> None:
    assert fields(draft(c, "停水。", variants={"weibo": WORDS, "wechat": "停水"})) == [["weibo"]]


def test_descriptions_of_pictures_and_captions_are_looked_through(c: City) -> None:
    post = draft(c, "停水。")
    picture = make.picture(c)
    actions.attach(post, picture, by=c.editor, alt=WORDS, caption="手机号码：13800138000，机主王小明")
    keys = [[f"alt-{picture.public_id}"], [f"caption-{picture.public_id}"]]
    assert fields(Post.objects.get(pk=post.pk)) == keys


def test_the_same_words_in_two_places_are_one_concern(c: City) -> None:
    post = draft(c, f"{WORDS}又：身份证号 9901 0119 9003 0700 90。", title=f"身份证号{NUMBER}")
    assert fields(post) == [["title", "body", "body"]]
    decide(post, c.editor)
    assert queries.undecided(post) == []


def test_a_list_of_people_is_one_concern_and_masked_as_a_whole(c: City) -> None:
    (found,) = queries.undecided(draft(c, LIST))
    assert found.rule == "personal.list"
    assert found.better[0].splitlines() == [
        "王某某 138****8000 990101********0090",
        "李某某 138****8001 990101********0081",
        "赵某某 138****8002 990101********0072",
    ]
    assert "王小明" not in found.shown and len(found.shown) <= 120


def test_whom_to_call_and_the_telephones_of_units_are_no_findings(c: City) -> None:
    Unit.objects.filter(pk=c.roads.pk).update(phone="13800138000、0999-8234567")
    private = "找王师傅，他的手机 {}。"
    assert fields(draft(c, private.format("138 0013 8000"))) == []
    assert fields(draft(c, private.format("13800138009"), fact_contact="王工 13800138009")) == []
    assert fields(draft(c, private.format("13800138007"))) == [["body"]]


def test_the_telephone_of_a_closed_unit_is_public_no_more(c: City) -> None:
    Unit.objects.filter(pk=c.roads.pk).update(phone="13800138000", closed_on="2026-01-01")
    assert fields(draft(c, "找王师傅，他的手机 13800138000。")) == [["body"]]


def test_a_decision_names_who_when_why_and_never_the_words(c: City, freeze: Any) -> None:
    freeze("2026-11-20 10:00")
    post = draft(c, title=f"关于身份证号{NUMBER}的公告")
    made = decide(post, c.editor, f"领取人要求写全：{NUMBER}，身份证号{NUMBER}")
    assert (made.by, made.shown) == (c.editor, "990101********0090")
    assert f"{made.at:%Y-%m-%d}" == "2026-11-20"
    entry = audit.entries_for(post)[0]
    assert entry.verb == "posts.post.decide_finding"
    assert entry.facts["rule"] == "personal.identity_like"
    kept = f"{entry.facts} {entry.subject_label} {made.shown} {made.fingerprint}"
    assert NUMBER not in kept and "990101********0090" in kept


@pytest.mark.parametrize("reason", ["", "   ", "要的啊", "长" * 301])
def test_a_decision_needs_a_reason(c: City, reason: str) -> None:
    post = draft(c)
    with pytest.raises(Invalid) as refusal:
        decide(post, c.editor, reason)
    assert "reason" in refusal.value.fields
    assert not Decision.objects.exists()


def test_who_may_not_write_the_text_decides_nothing(c: City) -> None:
    post = draft(c)
    for person in (c.stranger, c.reviewer, c.hall_editor):
        with pytest.raises(NotAllowed):
            decide(post, person)
    assert not Decision.objects.exists()


def test_words_that_do_not_stand_there_any_more_cannot_be_decided_about(c: City) -> None:
    post = draft(c)
    found = queries.undecided(post)[0]
    actions.save_working(post, by=c.second_editor, saves=0, body="申请人身份证号 990101199003070081。")
    with pytest.raises(Conflict) as refusal:
        actions.decide_finding(
            post, by=c.editor, rule=found.rule, fingerprint=found.fingerprint, reason="公示要求"
        )
    assert refusal.value.code == "words_gone"


def test_a_decision_about_one_number_says_nothing_about_another(c: City) -> None:
    post = draft(c)
    decide(post, c.editor)
    actions.save_working(post, by=c.editor, saves=0, body="申请人身份证号 990101199003070081。")
    assert len(queries.undecided(Post.objects.get(pk=post.pk))) == 1


def test_a_decision_holds_in_the_next_version_of_the_text(c: City) -> None:
    post = draft(c)
    decide(post, c.editor)
    actions.keep_revision(post, by=c.editor)
    assert queries.undecided(Post.objects.get(pk=post.pk)) == []


def test_a_copied_text_asks_for_a_decision_of_its_own(c: City) -> None:
    post = draft(c)
    decide(post, c.editor)
    copy = actions.copy_post(post, c.water, by=c.second_editor)
    assert len(queries.undecided(copy)) == 1


def test_a_text_in_review_takes_no_decision(c: City) -> None:
    post = make.release(c, draft(c))
    (found,) = queries.undecided(post)
    with pytest.raises(Conflict) as refusal:
        actions.decide_finding(
            post, by=c.editor, rule=found.rule, fingerprint=found.fingerprint, reason="公示要求"
        )
    assert refusal.value.code == "not_writable"


def test_a_second_decision_names_who_made_the_first(c: City) -> None:
    post = draft(c)
    found = queries.undecided(post)[0]
    decide(post, c.editor)
    with pytest.raises(Conflict) as refusal:
        actions.decide_finding(
            post, by=c.second_editor, rule=found.rule, fingerprint=found.fingerprint, reason="公示要求"
        )
    assert "editor" in str(refusal.value.message)


def test_what_a_correction_says_about_itself_is_looked_through(c: City) -> None:
    post = make.published(c)
    actions.start_correction(post, by=c.editor, wrong="16:00", right="17:00", reason=f"据{WORDS}")
    post.refresh_from_db()
    assert fields(post) == [["reason"]]
    assert NUMBER not in str(audit.entries_for(post)[0].facts)
    decide(post, c.editor)
    assert queries.undecided(post) == []


def test_an_issue_is_looked_through_for_its_own_words(c: City) -> None:
    issue = actions.start_issue(c.water, by=c.editor, title="本周")
    articles = [{"post": make.published(c), "digest": WORDS}]
    issue = actions.save_issue(issue, by=c.editor, saves=0, title="本周", articles=articles)
    assert len(queries.undecided(issue)) == 1
    with pytest.raises(NotAllowed):
        decide(issue, c.stranger)
    decide(issue, c.editor)
    assert queries.undecided(issue) == []
    assert audit.entries_for(issue)[0].verb == "posts.issue.decide_finding"


def test_the_fingerprint_is_keyed(c: City, settings: Any) -> None:
    first = concerns.fingerprint("personal.identity", NUMBER)
    assert first == concerns.fingerprint("personal.identity", f" {NUMBER[:6]} {NUMBER[6:]}")
    settings.SECRET_KEY = "another"
    assert concerns.fingerprint("personal.identity", NUMBER) != first


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_of_the_other() -> None:
    c = make.city()
    post = draft(c)
    found = queries.undecided(post)[0]
    said = {"rule": found.rule, "fingerprint": found.fingerprint, "reason": "公示要求写全"}
    results = at_once(
        lambda: actions.decide_finding(post, by=c.editor, **said),
        lambda: actions.decide_finding(post, by=c.second_editor, **said),
    )
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Decision"]
    assert Decision.objects.count() == 1


def test_a_wording_with_something_left_to_fill_in_is_not_submitted(c: City) -> None:
    post = draft(c, "我们将在〔待填：几月几日〕前修好水管。", summary="〔待填：哪个单位〕停水。")
    with pytest.raises(Invalid) as refusal:
        actions.seal_working(post, by=c.editor)
    assert set(refusal.value.fields) == {"body", "summary"}
    assert "〔待填：几月几日〕" in str(refusal.value.fields["body"][0])
