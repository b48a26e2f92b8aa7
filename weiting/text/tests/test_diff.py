"""Differences between Chinese texts: lossless, readable, bounded in time."""

import random

import pytest
from hypothesis import given, strategies as st

from weiting.text.diff import diff, words
from weiting.text.tests.growth import assert_grows_in_step

LETTERS = st.text(alphabet="市民政局公积金提取2021年5月，。 \n\r的a-é", max_size=60)


def old_of(changes: list[tuple[str, str]]) -> str:
    return "".join(text for op, text in changes if op != "insert")


def new_of(changes: list[tuple[str, str]]) -> str:
    return "".join(text for op, text in changes if op != "delete")


@given(LETTERS, LETTERS)
def test_nothing_is_lost_between_any_two_texts(old: str, new: str) -> None:
    changes = diff(old, new)
    assert (old_of(changes), new_of(changes)) == (old, new)
    assert all(text for _op, text in changes)


@given(st.text(max_size=40), st.text(max_size=40))
def test_nothing_is_lost_in_any_script(old: str, new: str) -> None:
    changes = diff(old, new)
    assert (old_of(changes), new_of(changes)) == (old, new)


@given(LETTERS)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


def test_a_date_changes_as_a_whole() -> None:
    assert diff("2021年5月1日起施行", "2021年5月10日起施行") == [
        ("delete", "2021年5月1日"),
        ("insert", "2021年5月10日"),
        ("equal", "起施行"),
    ]


def test_a_number_changes_as_a_whole() -> None:
    assert diff("共1,200.5元", "共1,300.5元") == [
        ("equal", "共"),
        ("delete", "1,200.5"),
        ("insert", "1,300.5"),
        ("equal", "元"),
    ]


def test_a_word_changes_as_a_whole() -> None:
    assert diff("办理住房公积金业务", "办理社会保险业务") == [
        ("equal", "办理"),
        ("delete", "住房公积金"),
        ("insert", "社会保险"),
        ("equal", "业务"),
    ]


def test_a_rewritten_sentence_leaves_no_confetti() -> None:
    changes = diff("今天天气很好，我们去公园玩。", "昨天会议结束，大家回家吃饭。")
    assert [op for op, _text in changes] == ["delete", "insert", "equal"]


def test_a_new_paragraph_is_one_insertion_with_its_line_end() -> None:
    assert diff("第一段\n第三段\n", "第一段\n新的一段\n第三段\n") == [
        ("equal", "第一段\n"),
        ("insert", "新的一段\n"),
        ("equal", "第三段\n"),
    ]
    assert ("insert", "插入段\n") in diff("第二段旧的内容\n第三段", "第二段新的内容\n插入段\n第三段")


def test_equal_texts_have_no_changes() -> None:
    assert diff("一样", "一样") == [("equal", "一样")]
    assert diff("", "") == []


@pytest.mark.parametrize("ends", ["\n", "，"])
def test_a_hundred_kilobytes_take_no_more_for_each_letter(ends: str) -> None:
    def compare(size: int) -> None:
        chance = random.Random(7)
        old = "".join(
            chance.choice("市民政府公积金提取新规今天在云溪召开的了和是" + ends) for _ in range(size)
        )
        new = "".join(chance.choice("甲乙的") if chance.random() < 0.1 else letter for letter in old)
        for other in (new, old[::-1], "的" * size):
            changes = diff(old, other)
            assert (old_of(changes), new_of(changes)) == (old, other)

    assert_grows_in_step(compare, 4_250)
