"""Moments are said the way people say them, in each language, on Shanghai's wall clock."""

from datetime import date, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from weiting.core.clock import SHANGHAI
from weiting.ui import when


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("language", "moment", "said"),
    [
        ("zh-hans", "2026-11-21 09:10", "今天 09:10"),
        ("zh-hans", "2026-11-20 23:59", "昨天"),
        ("zh-hans", "2026-11-22 08:00", "明天 08:00"),
        ("zh-hans", "2026-11-03 08:00", "11月3日"),
        ("zh-hans", "2025-11-03 08:00", "2025年11月3日"),
        ("zh-hant", "2026-11-20 08:00", "昨天"),
        ("en", "2026-11-21 09:10", "Today 09:10"),
        ("en", "2026-11-20 09:10", "Yesterday"),
        ("en", "2026-11-03 08:00", "3 Nov"),
        ("en", "2025-11-03 08:00", "3 Nov 2025"),
    ],
)
def test_moment_is_said_shortly(freeze: Any, language: str, moment: str, said: str) -> None:
    freeze("2026-11-21 10:00")
    with translation.override(language):
        assert when.phrase(_at(moment)) == said


def test_today_is_shanghais_day(freeze: Any) -> None:
    freeze("2026-11-21T16:30:00+00:00")
    with translation.override("zh-hans"):
        assert when.phrase(_at("2026-11-22 00:10")) == "今天 00:10"


def test_hour_can_be_asked_for(freeze: Any) -> None:
    freeze("2026-11-21 10:00")
    with translation.override("zh-hans"):
        assert when.phrase(_at("2026-11-03 08:05"), time=True) == "11月3日 08:05"


def test_a_day_has_no_hour(freeze: Any) -> None:
    freeze("2026-11-21 10:00")
    with translation.override("zh-hans"):
        assert when.phrase(date(2026, 11, 21)) == "今天"


def test_tag_carries_the_whole_date(freeze: Any) -> None:
    freeze("2026-11-21 10:00")
    with translation.override("zh-hans"):
        html = Template("{% load ui %}{% when m %}").render(Context({"m": _at("2026-11-20 18:20")}))
    assert 'datetime="2026-11-20T18:20:00+08:00"' in html
    assert "2026年11月20日 18:20（北京时间）" in html


def test_no_moment_is_nothing() -> None:
    assert Template("{% load ui %}{% when m %}").render(Context({"m": None})) == ""
