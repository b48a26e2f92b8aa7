"""Texts in Traditional characters are checked as those in Simplified ones, and what is found is given as written."""

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.checks import RULES, check_text
from weiting.text.finding import apply
from weiting.text.han import to_hant
from weiting.text.traditional import in_simplified

WRITTEN = "雲溪市攻府通知：有關部門將盡快對東園路進行維修。聯繫手機 138 0013 8000。"


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.family != "answer"], ids=lambda rule: rule.key
)
def test_a_rule_finds_its_bad_example_in_traditional_characters_too(rule):
    profile = "answer" if rule.key == "condescension.you" else "post"
    assert rule.key in {
        each.rule for each in check_text(to_hant(rule.bad), profile, written=date(2026, 11, 22)).findings
    }


def test_findings_stand_in_the_text_as_it_was_written_and_wordings_are_in_its_characters():
    found = {each.rule: each for each in check_text(WRITTEN).findings}
    assert all(WRITTEN[each.start : each.end] == each.words for each in found.values())
    assert "有關部門" in found["actor.vague"].why.say()
    assert "維修東園路" in apply(WRITTEN, found["nominal.wrapped"])
    assert found["slips.word"].better == ("政府",)


def test_facts_are_given_as_written():
    facts = check_text("雲溪市水務局11月25日在東園路18號檢修管道，影響320戶。").facts.found
    assert {"11月25日", "東園路18號", "320戶"} <= {fact.words for fact in facts}


def test_a_simplified_text_with_a_few_traditional_characters_is_left_as_it_is():
    text = "东园路上的老字号“雲溪茶楼”昨天重新开业，市民可以凭身份证免费品茶。"
    assert in_simplified(text) == text


@given(st.text(max_size=60) | st.text("雲溪市發佈廳後裏麵乾隆著作云后里面"))
@settings(max_examples=100, deadline=None)
def test_any_text_keeps_its_length_and_its_findings_their_places(text):
    assert len(in_simplified(text)) == len(text)
    assert all(text[each.start : each.end] == each.words for each in check_text(text).findings)
