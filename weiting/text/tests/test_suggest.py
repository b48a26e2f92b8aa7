"""Slips of the finger and of the ear lead to the term that was meant; right words are left alone."""

import pytest

from weiting.text.search import Vocabulary, suggest

KNOWN = Vocabulary(
    ["公积金", "居住证", "社保卡", "云溪区", "停水通知", "Weibo", "不动产登记", "停水", "停电"]
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("公鸡金", "公积金"),
        ("公鸡金提取", "公积金提取"),
        ("gongjijn", "公积金"),
        ("gognjijin", "公积金"),
        ("gonjijin", "公积金"),
        ("gong ji jing", "公积金"),
        ("云西区", "云溪区"),
        ("wiebo", "Weibo"),
        ("聚住证", "居住证"),
        ("设保卡", "社保卡"),
        ("不动产登计", "不动产登记"),
        ("不动产等级", "不动产登记"),
        ("公鸡金贷款", "公积金贷款"),
    ],
)
def test_a_slip_leads_to_what_was_meant(typed: str, meant: str) -> None:
    assert suggest(typed, KNOWN)[0] == meant


@pytest.mark.parametrize(
    "typed", ["公积金", "公積金", "weibo", "停水", "停电", "苹果树", "", "水", "公积金提取", "abc"]
)
def test_right_or_foreign_words_are_left_alone(typed: str) -> None:
    assert suggest(typed, KNOWN) == []


def test_any_list_of_terms_will_do() -> None:
    assert suggest("居往证", ["居住证"]) == ["居住证"]


def test_at_most_so_many_are_offered() -> None:
    assert len(suggest("公积全", [f"公积{letter}" for letter in "金银铜铁锡"], limit=2)) == 2
