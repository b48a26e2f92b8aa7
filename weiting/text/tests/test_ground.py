"""Sentences, numbers, days and times: the ground the checks stand on."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from weiting.text.numbers import days, numbers, read_number, times
from weiting.text.sentences import clauses, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("他说：“好。”会议在3.5小时后结束。", ["他说：“好。”", "会议在3.5小时后结束。"]),
        ("根据《办法。》的规定办理。", ["根据《办法。》的规定办理。"]),
        ("不行！？真的吗……好", ["不行！？", "真的吗……", "好"]),
        ("1. 第一条\n2、第二条。", ["1. 第一条", "2、第二条。"]),
        ("没有关上的“引号。下一句。", ["没有关上的“引号。", "下一句。"]),
        ("见 www.gov.cn。请看。", ["见 www.gov.cn。", "请看。"]),
    ],
)
def test_sentences_survive_quotes_lists_and_numbers(text, parts):
    assert [each.text for each in sentences(text)] == parts


@given(st.text(alphabet="停水。！？“”（）《》\n1.2， ab", max_size=200))
def test_sentences_lose_nothing_but_white_space(text):
    found = sentences(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert "".join("".join(e.text.split()) for e in found) == "".join(text.split())


def test_clauses_count_from_where_they_are_told():
    assert clauses("停水，请储水。", 10) == [("停水", 10, 12), ("请储水", 13, 16)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三千五百", 3500),
        ("三千五", 3500),
        ("三千零五", 3005),
        ("一万二", 12000),
        ("3.5万", 35000),
        ("3万5千", 35000),
        ("两亿三千万", 230_000_000),
        ("一万亿", 10**12),
        ("二〇二六", 2026),
        ("1,200", 1200),
        ("廿三", 23),
        ("三点一四", 3.14),
        ("半", 0.5),
    ],
)
def test_numbers_are_read_as_people_mean_them(text, value):
    assert read_number(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "很多", "万万没想到", "3.5.1"])
def test_what_is_no_number_is_none(text):
    assert read_number(text) is None


def test_numbers_carry_their_unit_and_words_are_not_taken_for_numbers():
    found = numbers("1,200户居民一起努力，增长百分之三十，上升3.5个百分点，500多人参加")
    assert [(each.value, each.unit, each.about) for each in found] == [
        (1200, "户", False),
        (30, "%", False),
        (3.5, "个百分点", False),
        (500, "人", True),
    ]


def test_days_know_what_the_calendar_holds():
    written = date(2026, 11, 20)
    found = days("11月31日、2月29日、去年3月5日、明天、2026-12-01（星期二）", written)
    assert [each.is_possible for each in found[:3]] == [False, True, True]
    assert found[1].on(written) is None
    assert found[2].on(written) == date(2025, 3, 5)
    assert found[3].on(written) == date(2026, 11, 21)


def test_weekday_behind_a_date_belongs_to_it():
    (found,) = days("2026年11月21日（星期六）停水")
    assert found.weekday == 5 and found.on(date(2026, 1, 1)) == date(2026, 11, 21)


def test_times_of_day_in_every_writing():
    found = times("上午9点半到下午3:30，晚上8时，22:00，三点一刻")
    assert [(each.hour, each.minute) for each in found] == [(9, 30), (15, 30), (20, 0), (22, 0), (3, 15)]
