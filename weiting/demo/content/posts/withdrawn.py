"""The one post of the demo that was withdrawn: its page stays, struck, and says why."""

from __future__ import annotations

from datetime import timedelta

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.posts.reading import stamp
from weiting.demo.content.shapes import Facts, PostSeed

BY = "linzhiqiu"
REASON = "发错了账号：修路归云溪交警发布，绕行的时段这里也写得不全。请看云溪交警当天的通知。"


def withdrawn(when: Calendar) -> PostSeed:
    """Return the post as it stood for seventy minutes, six days before the rain."""
    day = when.rain - timedelta(days=6)
    following = day + timedelta(days=1)
    return PostSeed(
        key="withdrawn-1", unit="gongjiao", author="guxiang", column="gongjiao", topics=(), klass="service",
        purpose="info", risk="low", title="桥北路明天起修人行道，早高峰请绕行",
        body=f"{following.month} 月 {following.day} 日起修桥北路的人行道，公交照走。开车的早高峰请绕行。",
        summary="", published_at=stamp(day, "16:20"),
        facts=Facts(source="云溪市公交集团", contact="0599-1237 520"), hand_written=True,
    )  # fmt: skip
