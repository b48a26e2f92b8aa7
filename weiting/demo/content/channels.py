"""Where the city's units speak besides the hall: accounts on fake platforms, a screen, readers by mail and elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A connection; `days_left` until its authorisation ends, `rests` why it is at rest."""

    unit: str
    kind: str
    name: str
    days_left: int = 0
    rests: str = ""


CHANNELS = (
    Channel("fabu", "weibo", "微博 @云溪发布", 61),
    Channel("fabu", "wechat", "微信公众号 云溪发布"),
    Channel("fabu", "webhook", "政务大厅大屏"),
    Channel("fabu", "activitypub", "联邦宇宙 @fabu"),
    Channel("fabu", "mail", "邮件订阅"),
    Channel("fabu", "toutiao", "头条 云溪发布"),
    Channel("gongshui", "weibo", "微博 @云溪供水", 44),
    Channel("gongshui", "wechat", "微信公众号 云溪水务"),
    Channel("gongshui", "webhook", "营业厅屏幕"),
    Channel("gongshui", "activitypub", "联邦宇宙 @gongshui"),
    Channel("gongshui", "mail", "停水短讯邮件"),
    Channel("qixiang", "weibo", "微博 @云溪气象", 83),
    Channel("qixiang", "activitypub", "联邦宇宙 @qixiang"),
    Channel("jiaojing", "weibo", "微博 @云溪交警", 5),
    Channel("gongan", "weibo", "微博 @平安云溪", 70),
    Channel("gongan", "douyin", "抖音 平安云溪"),
    Channel("wenlv", "weibo", "微博 @云溪文旅", 38, "账号改名，认证还没下来，先歇两天。"),
)
# Whose newest texts lie ready to be sent when the city is first opened, and how many of each.
WAITING = {"fabu": 5, "gongshui": 5, "qixiang": 3}

# Some of what stood on the account of a platform that stopped its service, by the minute it was said.
ARCHIVE = (
    ("2011-11-09 09:02", "大家好，这里是云溪发布。今后停水、改道、放假通知，先在这里说。"),
    ("2012-07-22 21:40", "雨还在下，江滨路地下车库请把车开上来。值班电话 0599-1234 110，一直有人。"),
    ("2014-02-03 08:15", "初四，菜场照常开，2 路、5 路公交首班推到 6 点半。"),
    ("2016-09-15 19:30", "中秋晚上桥头街放河灯，北岸不让进车，南岸看得一样清楚。"),
    ("2020-09-27 17:00", "平台明天停止服务。以后请到云溪发布厅看我们，旧内容都在厅里存着。"),
)
