"""The longer articles: the week's jobs, the month's accounts, and the festival's programme, one list each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from weiting.demo.content.calendar import Calendar
from weiting.demo.content.people import editor_of
from weiting.demo.content.posts.reading import day_name, stamp, summary_of
from weiting.demo.content.shapes import Facts, Picture, PostSeed
from weiting.demo.content.units import BY_KEY

# Who hires, and for what.
_WORK = (
    "石马针织厂：缝盘工、夜班缝纫工、质检|厂东路箱包厂：车工、裁剪、包装工",
    "新城一路面馆：厨师、服务员、洗碗工|桥北家政：保洁、育婴员、钟点工|云溪公交：公交司机、修车工、调度员|环城西路冷库：仓管、叉车工、分拣员",
    "南浦造船配件：焊工、车工、质检|钟楼街书店：店员、仓管、咖啡师|站前快递：分拣员、送货员、客服|双井菜业合作社：农技员、包装工、司机",
    "河口水产：分拣员、司机、冷库工|白沙大棚：农技员、采摘工、电工|柳荫养老院：护工、厨师、保洁|东园托育园：保育员、厨师、保安",
    "云台山茶场：采茶工、炒茶师傅、讲解员|书院路打印店：排版员、店员、送货员|石马电子厂：装配工、质检、仓管|江滨酒楼：服务员、配菜工、收银员",
    "西市豆制品：夜班磨工、送货员、包装工|青石石材：石匠、吊车司机、切割工|松岭林场：护林员、司机、炊事员|长安路诊所：护士、收银员、保洁",
    "码头搬运队：搬运工、理货员、叉车工|梅坞果业：采摘工、电商客服、司机",
)
_PAIRS = tuple(pair.split("：") for line in _WORK for pair in line.split("|"))
_FIRMS = tuple(firm for firm, _ in _PAIRS)
_JOBS = tuple(tuple(jobs.split("、")) for _, jobs in _PAIRS)
_KEEP = (
    "管住，四人间带热水", "管一顿午饭", "早八晚六，月休四天", "夜班另加 30 元", "不看学历，看手", "五十五岁以下都行", "夫妻房有三间",
    "学徒期一个月，工钱八成", "日结，做一天算一天", "交五险，头月就交", "会骑电动车", "周末双休", "离 22 路站 200 米", "孩子可以跟去托管班",
)  # fmt: skip
_OPEN = (
    "这周三来 {n} 家，要 {m} 个人。挑了十来个写在这里，没写的现场看墙。", "{n} 家单位、{m} 个位子，周三上午 9 点开门，12 点收摊。",
    "不用简历，带身份证。{n} 家摆桌子，要 {m} 人，工资都是问过的实数。", "本周招工 {m} 人，{n} 家里头有三家管夫妻房。",
    "上周来了 640 人，谈成 {k} 个。这周 {n} 家，缺口最大的是缝纫和护工，一共 {m} 人。",
)  # fmt: skip
_CLOSE = (
    "填表有人替您写，字大。交押金的活别去，要押金就打 {tel}。", "想学手艺的，一楼右手报名，电工、月嫂、叉车三个班，不收学费。",
    "去了发现工资和写的不一样，当天告诉我们，下周不让它来。电话 {tel}。", "走不开的，手机上也能投；不会弄，社区有人帮。",
)  # fmt: skip
_GIFTS = ("一家果酒厂", "一位不留名的先生", "书院小学六年级", "船厂退休职工", "三十二户摊主", "公交车队", "一对新人的礼金", "邻县一位司机",
    "梅坞村果农", "石马厂区夜班组", "一位修表的师傅", "三中毕业二十年的一个班", "早市收摊时的募捐箱",
)  # fmt: skip
_USES = (
    "给 14 位尿毒症病人付了车票", "给梅岭 9 个孩子买了棉衣", "给老年食堂换了两台冰柜", "给走失老人的布条印了 3,000 张",
    "给一户失火人家租了三个月房", "给聋儿班添了 6 副耳模", "给夜校买了教材", "给 21 户独居老人换了软管",
    "给早产的双胞胎付了保温箱的自付部分", "给白沙镇受淹的棚买了薄膜", "给 3 位护林员的家属过年慰问", "给残疾孩子的校车加了升降板",
    "给夜里送回家的老人付了 46 趟车钱", "给山里小学的图书角添了 400 本书",
)  # fmt: skip


def _jobs(rng: random.Random, when: Calendar) -> Iterator[PostSeed]:
    # Told on Mondays for Wednesdays.
    day, number = when.first + timedelta(days=-when.first.weekday() % 7), 0
    tel = BY_KEY["jiuye"].phone
    while day <= when.today:
        number += 1
        fair = day + timedelta(days=2)
        picks = rng.sample(range(len(_FIRMS)), 12)
        lines = []
        for at in picks:
            low = rng.randint(36, 68) * 100
            keep = "，".join(rng.sample(_KEEP, 2))
            lines.append(
                f"- {_FIRMS[at]}：{_JOBS[at][number % 3]} {rng.randint(1, 16)} 人，{low:,} 到 {low + rng.randint(6, 28) * 100:,} 元，{keep}。"
            )
        total = {"n": rng.randint(28, 72), "m": rng.randint(320, 980), "k": rng.randint(96, 230)}
        body = "\n\n".join(
            (
                rng.choice(_OPEN).format(**total),
                f"时间：{day_name(fair)} 9:00—12:00。地点：南浦路 42 号一楼。5 路、14 路在门口停。",
                "\n".join(lines),
                rng.choice(_CLOSE).format(tel=tel),
            )  # fmt: skip
        )
        job = _JOBS[picks[0]][number % 3]
        title = (
            f"周三招工：{job}最缺，{total['m']} 个位子",
            f"{fair.month} 月 {fair.day} 日招聘会，{total['n']} 家来",
            f"这周招工，{_FIRMS[picks[0]]}要{job}",
        )[number % 3]
        yield PostSeed(
            key=f"jobs-{number:03d}", unit="jiuye", author=editor_of("jiuye", number), column="zhaogong", topics=("shangqing",),
            klass="service", purpose="info", risk="low", title=title, body=body, summary=summary_of(body),
            published_at=stamp(day, f"{14 + number % 3}:{(number * 7) % 60:02d}"), facts=Facts("云溪市公共就业服务中心", "", tel),
            expires_at=stamp(fair, "12:00"),
        )  # fmt: skip
        day += timedelta(days=7)


def last_ledger(when: Calendar) -> date:
    """Return the day of the newest monthly account: the fifteenth, once it is past."""
    this = when.today.replace(day=15)
    return this if this < when.today else (this.replace(day=1) - timedelta(days=1)).replace(day=15)


def _accounts(rng: random.Random, when: Calendar) -> Iterator[PostSeed]:
    balance, tel = 1_204_600, BY_KEY["cishan"].phone
    last = last_ledger(when)
    for number in range(12):
        months = last.year * 12 + last.month - 12 + number
        day = date(months // 12, months % 12 + 1, 15)
        month = day.month
        got = [rng.randint(800, 46_000) for _ in range(4)]
        spent = [rng.randint(600, 31_000) for _ in range(4)]
        opening, balance = balance, balance + sum(got) - sum(spent)
        givers, uses = rng.sample(_GIFTS, 4), rng.sample(_USES, 4)
        into = "\n".join(f"- {who} {money:,} 元" for who, money in zip(givers, got, strict=True))
        out = "\n".join(f"- {use}，{money:,} 元" for use, money in zip(uses, spent, strict=True))
        body = (
            f"上月底账上有 {opening:,} 元。一个月收了 {sum(got):,} 元，花了 {sum(spent):,} 元，现在还有 {balance:,} 元。一分不差，银行流水贴在柳荫路 10 号一楼。"
            f"\n\n**收到的**\n\n{into}\n\n**花出去的**\n\n{out}\n\n每一笔都有两个人签字，收到钱和东西的人也签了字，名字按他们自己的意思，有的写全，有的只写姓。"
            f"没有一分用在我们自己的工资、车和饭上，那些由财政另付。\n\n看着不对的，打 {tel}，拿编号来查，一笔一笔对给您看；想知道自己那一份给了谁，说捐的日子就行。"
            f"\n\n下一次在下个月 15 日。捐衣服的请先洗干净，鞋要成双，每周三、周六上午收。"
        )
        yield PostSeed(
            key=f"ledger-{number + 1:02d}", unit="cishan", author=editor_of("cishan", number), column="zhangdan", topics=("redian",),
            klass="affairs", purpose="info", risk="medium", title=f"{month} 月晒账：收 {sum(got):,} 元，花 {sum(spent):,} 元", body=body,
            summary=summary_of(body), published_at=stamp(day, "10:00"), facts=Facts("云溪市慈善总会账册", f"云慈账〔{day.year}〕{month} 号", tel),
            picture=Picture("chart", 900 + number, f"{month} 月收支的两排柱子"),
        )  # fmt: skip


def long_reads(when: Calendar) -> Iterator[PostSeed]:
    """Yield the weekly and monthly long articles of the year."""
    rng = random.Random(68)  # noqa: S311  (nothing secret)
    yield from _jobs(rng, when)
    yield from _accounts(rng, when)
