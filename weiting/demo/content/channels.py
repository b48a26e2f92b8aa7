"""Where the city's units speak besides the hall: accounts on fake platforms, a screen, readers by mail and elsewhere.

And what their WeChat accounts say by themselves: the menu, and what is answered to a word.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A connection; `days_left` until its authorisation ends, `rests` why it is at rest.

    `sends` is the kind of a WeChat account whose texts go to all followers, within what WeChat allows.
    """

    unit: str
    kind: str
    name: str
    days_left: int = 0
    rests: str = ""
    sends: str = ""


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
    Channel("jiaotong", "wechat", "微信服务号 云溪交通", sends="service"),
    Channel("wenlv", "weibo", "微博 @云溪文旅", 38, "账号改名，认证还没下来，先歇两天。"),
)
# Whose newest texts lie ready to be sent when the city is first opened, and how many of each.
WAITING = {"fabu": 5, "gongshui": 5, "qixiang": 3, "jiaotong": 1}

# What a WeChat account answers at once to a word: warm, short, with somebody to call.
ANSWERS = {
    "fabu": (
        ("停水", "您好。停水的消息由供水发，在云溪发布厅的“云溪供水”里，每条都写着几点停、几点来。急的话打 0599-1234 500，夜里也有人接。"),
        ("放假", "您好。放假那几天公交、医院、办事大厅怎么开，都写在发布厅的便民信息里。急事打 12345，放假也有人接。"),
        ("电话", "您好。不知道该找谁，就打 12345，一天 24 小时有人接，接的人会帮您转到管这件事的单位。"),
    ),
    "gongshui": (
        ("停水", "您好。哪里停、几点来水，点菜单里的“停水信息”就能看到。您家没水、那里又没写，请打 0599-1234 500，夜里也有人接。"),
        ("漏水", "谢谢您告诉我们。请打 0599-1234 500，说清路名和门牌，值班的人记下就派人去看。水要是往家里灌，先关上表前的阀门。"),
        ("电话", "您好。供水热线 0599-1234 500，一天 24 小时有人接。水费、过户、换表，打这个电话都能问。"),
    ),
    "jiaotong": (
        ("改线", "您好。哪条线改了、新站设在哪里，写在发布厅的“云溪交通”里。站挪远了不方便，请打 12345，我们记下来。"),
        ("修路", "您好。正在修的路、修到哪天、从哪里绕，都写在发布厅的“云溪交通”里。夜里没灯、坑没围，请打 12345。"),
        ("电话", "您好。公交和道路的事打 12345，一天 24 小时有人接，会转给我们。"),
    ),
}  # fmt: skip
# The menus: a name, and an address of the hall (it begins with /), a word that is answered, or the buttons below.
MENUS = {
    "fabu": (("今日云溪", "/"), ("办事找谁", (("打 12345", "电话"), ("停水找谁", "停水"), ("放假怎么开", "放假"))), ("全部单位", "/units/")),
    "gongshui": (("停水信息", "/units/gongshui/"), ("报修", (("报漏水", "漏水"), ("家里没水", "停水"))), ("找我们", "电话")),
    "jiaotong": (("路和车", (("公交改线", "改线"), ("哪里修路", "修路"))), ("交通发布", "/units/jiaotong/"), ("找我们", "电话")),
}  # fmt: skip

# Who, on another server of the fediverse, follows which account: a reader, and the unit.
FOLLOWERS = (
    ("xiaoman", "fabu"),
    ("xiaoman", "qixiang"),
    ("azhou", "gongshui"),
    ("doufu-tan", "gongshui"),
    ("doufu-tan", "fabu"),
)

# A server of the fediverse from which nothing is taken, and why; the hall says so in public.
SHUT_OUT = ("tuifei-kuaijie.example", "连日群发冒充供水公司的退费链接，平台方三天没有处理。")

# Some of what stood on the account of a platform that stopped its service, by the minute it was said.
ARCHIVE = (
    ("2011-11-09 09:02", "大家好，这里是云溪发布。今后停水、改道、放假通知，先在这里说。"),
    ("2012-07-22 21:40", "雨还在下，江滨路地下车库请把车开上来。值班电话 0599-1234 110，一直有人。"),
    ("2014-02-03 08:15", "初四，菜场照常开，2 路、5 路公交首班推到 6 点半。"),
    ("2016-09-15 19:30", "中秋晚上桥头街放河灯，北岸不让进车，南岸看得一样清楚。"),
    ("2020-09-27 17:00", "平台明天停止服务。以后请到云溪发布厅看我们，旧内容都在厅里存着。"),
)
