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
