"""The 12 standing topics of the WeChat issues, and the free hashtags of the year."""
# ruff: noqa: E501, RUF001

from __future__ import annotations

from datetime import date

from weiting.demo.content.calendar import WRITTEN, Calendar, calendar
from weiting.demo.content.rows import rows
from weiting.demo.content.shapes import Topic

WECHAT_ROWS = """
xinwen | 新闻时讯 | 这一周城里发生的事。
wenchuang | 文创集市 | 年轻人做的小东西，周末在钟楼街摆。
wenshi | 趣味文史 | 一座桥、一口井的来历。
wenhua | 文化动态 | 展览、演出、讲座，日子和地点。
yiju | 宜居云溪 | 老小区、口袋公园、回家的路。
renwu | 云溪人物 | 身边的人，普通的一天。
chuancheng | 老字号传承 | 手艺怎么传下来。
chibian | 吃遍云溪 | 跟着味道走。
shangqing | 商情速递 | 消费券、以旧换新、谁家打折。
redian | 市情热点 | 大家都在问的，一次说清。
changyou | 畅游云溪 | 一日走法，坐几路车。
wenjiao | 文教品牌 | 学校、图书馆、少年宫。
"""

FREE_ROWS = """
xiangyujie | 龙溪香鱼节 | 2026-10-20 | 2026-11-21 | 溪里的香鱼、岸上的灯，一个月的热闹。
sanzhonglu | 三中路积水改造 | 2026-08-20 | 2026-11-21 | 从 60 厘米的管子换成 1.2 米，47 天。
silu | 4路车改线 | 2026-09-15 | 2026-11-21 | 改了线，老人院没了站，怎么补回来。
guihua | 桂花节 | 2026-09-18 | 2026-10-12 | 钟楼街 300 棵桂花树的二十天。
fangxun | 防汛 | 2026-05-15 | 2026-09-30 | 雨来之前做什么，雨走之后怎么办。
gaokao | 高考护航 | 2026-05-28 | 2026-06-12 | 送考、静音、忘带准考证。
gongjijin | 公积金新政 | 2026-02-25 | 2026-04-30 | 租房提取、灵活就业、异地转移。
chunyun | 回家过年 | 2026-01-20 | 2026-03-05 | 火车、班车、轮渡、留下来的人。
yangmei | 梅坞杨梅 | 2026-06-05 | 2026-07-10 | 从卖不掉到不够卖。
fupenzi | 覆盆子熟了 | 2026-05-01 | 2026-06-05 | 五百亩覆盆子找药商。
zaoshi | 早市搬家 | 2026-03-10 | 2026-11-21 | 河口早市占了半条路，往哪儿搬。
disuo | 胡同地锁 | 2026-09-01 | 2026-11-21 | 三把锁，几十户人，一个公用车位。
dongnuan | 冬天暖一点 | 2025-11-22 | 2026-02-28 | 防冻、防滑、救助、取暖。
xigua | 沙坪西瓜 | 2026-06-20 | 2026-08-10 | 沙地里的瓜，车来了没有。
kaixue | 开学了 | 2026-08-20 | 2026-09-10 | 报名、路队、第一顿午饭。
shijianshi | 十件实事 | 2026-01-15 | 2026-11-21 | 年初答应的十件事，办到几成。
"""

WECHAT_TOPICS: tuple[Topic, ...] = tuple(Topic(s, n, "wechat", a) for s, n, a in rows(WECHAT_ROWS, 3))


def free_topics(when: Calendar) -> tuple[Topic, ...]:
    """Return the hashtags with the days on which each was alive."""
    return tuple(Topic(f"t-{s}", n, "free", a, *_alive(when, b, e)) for s, n, b, e, a in rows(FREE_ROWS, 5))


def _alive(when: Calendar, begins: str, ends: str) -> tuple[str, str]:
    start, end = date.fromisoformat(begins), date.fromisoformat(ends)
    first = when.place(start, "rain" if end == WRITTEN else "year")
    return first.isoformat(), min(first + (end - start), when.today).isoformat()


def topics(when: Calendar) -> tuple[Topic, ...]:
    """Return every topic."""
    return (*WECHAT_TOPICS, *free_topics(when))


TOPICS = topics(calendar())
BY_SLUG: dict[str, Topic] = {topic.slug: topic for topic in TOPICS}
