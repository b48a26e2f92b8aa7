"""Answers: what one must hold, whether it speaks of the question, whether it is a copy."""

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.answers import RULES, Earlier, check, parts, relevance, review
from weiting.text.answers.rules import QUESTION, QUESTION_OF_TWO
from weiting.text.finding import apply
from weiting.text.tests.growth import assert_grows_in_step

FULL = RULES[0].good
LAMPS = "东园路的路灯不亮已经一个月了，晚上走路看不见，请问什么时候修好？"


def rules_of(answer, question="", earlier=None):
    return {each.rule for each in check(answer, question, earlier)}


def beside(rule):
    """What the examples of a rule are held against."""
    question = {"answer.off_topic": QUESTION, "answer.untouched": QUESTION_OF_TWO}.get(rule.key, "")
    earlier = Earlier({"2026-018": FULL}) if rule.key == "answer.copied" else None
    return question, earlier


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_rule_finds_its_bad_example(rule):
    assert rule.key in rules_of(rule.bad, *beside(rule))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_rule_leaves_its_good_example(rule):
    question, earlier = beside(rule)
    question = QUESTION if rule.key == "answer.untouched" else question
    assert rule.key not in rules_of(rule.good, question, earlier)


def test_full_answer_holds_all_five_parts_and_says_where():
    held = {part.key: part for part in parts(FULL)}
    assert [key for key, part in held.items() if not part.is_found] == []
    start, end = held["rule"].spans[0]
    assert "《云溪市路灯管理办法》" in FULL[start:end]


def test_opening_phrases_are_no_part():
    empty = "您好！您反映的问题已收悉，我们高度重视，现将有关情况答复如下：感谢您的关心。"
    assert not any(part.is_found for part in parts(empty))


def test_question_that_only_asks_needs_nothing_done():
    answer = (
        "按《云溪市公园条例》，南湖公园可以带狗，要牵绳。有事请打0000-8800123问公园科，如有变化请看公告。"
    )
    assert "answer.done" not in rules_of(answer, "请问南湖公园能不能带狗？")
    assert "answer.done" in rules_of(answer, "南湖公园的狗乱跑，请整治。")


def test_missing_part_can_be_added_behind_the_last_sentence():
    answer = "您好！11月20日我们到东园路看了，路灯是坏的，已更换"
    finding = next(each for each in check(answer) if each.rule == "answer.contact")
    assert apply(answer, finding) == answer + "。您有疑问，请打〔待填：电话〕，找〔待填：哪个科室〕。"


def test_answer_to_another_letter_is_beside_the_question():
    other = "您好！小区加装电梯要三分之二的业主同意，带签名表到白石桥22号5号窗口申请。"
    assert "answer.off_topic" in rules_of(other, LAMPS)
    right = "您好！东园路的路灯是电线断了，11月25日修好。"
    assert "answer.off_topic" not in rules_of(right, LAMPS)
    assert relevance(LAMPS, right).share > relevance(LAMPS, other).share


def test_matter_the_answer_does_not_touch_is_named():
    found = review("您好！11月20日我们到东园路看了，路灯的电线断了，已经换好，路灯亮了。", QUESTION_OF_TWO)
    assert [matter.words for matter in found.relevance.untouched] == [
        "另外南湖公园的长椅也坏了，请一起修一下。"
    ]


def test_copy_apart_from_names_and_figures_is_found_with_the_earlier_one():
    earlier = Earlier({"2026-018": FULL, "2026-019": "您好！南湖公园的长椅钉好了，共6张，请放心坐。"})
    copy = (
        FULL.replace("东园路", "南湖路").replace("11月", "12月").replace("3号", "7号").replace("20日", "2日")
    )
    found = earlier.copied(copy)
    assert found.key == "2026-018" and found.share >= 0.8
    assert "".join(text for op, text in found.changes if op != "delete") == copy


def test_answer_of_its_own_is_no_copy_and_can_be_added():
    earlier = Earlier({"1": FULL})
    own = (
        "您好！云溪公交12路11月28日起恢复走东园路，早6点到晚9点，每12分钟一班，"
        "车费还是2元。有问题请打0000-8800321找调度室。"
    )
    assert earlier.copied(own) is None
    earlier.add("2", own)
    assert earlier.copied(own).key == "2"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_makes_it_fail(answer, question):
    for each in check(answer, question, Earlier({"1": question})):
        assert answer[each.start : each.end] == each.words
        assert each.why.say()


@pytest.mark.parametrize("piece", ["将", "已经", "如果", "根据", "《", "1", "您好！", "（"])
def test_long_hostile_texts_take_no_more_for_each_letter(piece):
    def read(size):
        text = piece * (size // len(piece))
        check(text, text, Earlier({"1": text}))

    assert_grows_in_step(read, 25_000)
