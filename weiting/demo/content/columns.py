"""The hall's 25 standing columns: who keeps them and how often they appear."""
# ruff: noqa: E501, RUF001

from __future__ import annotations

from weiting.demo.content.rows import rows
from weiting.demo.content.shapes import Column

COLUMN_ROWS = """
yaowen | 云溪要闻 | #8c3b33 | fabu | daily | 0 | 今天城里最要紧的几件事，一件一件说清楚。
tingshui | 停水早知道 | #2f6b75 | gongshui | daily | 0 | 哪天哪几栋停水、停多久、送水车停在哪。
tingdian | 停电提前说 | #2f6b75 | gongdian | weekdays | 0 | 提前三天说，提前送电也说。
caijia | 今天的菜价 | #7d5a1e | jiage | daily | 0 | 七个市场的青菜鸡蛋猪肉，早上 7 点半抄给您。
tianqi | 今天穿什么 | #3f6b45 | qixiang | daily | 0 | 几度、带不带伞、能不能晒被子。
shuiwei | 河水多高 | #3f6b45 | shuiwen | weekly | 1 | 云溪河、龙溪、水库的水位，离警戒多远。
kongqi | 空气与河 | #3f6b45 | shengtai | weekdays | 0 | 空气好不好、河水几类，数字说话。
chuxing | 出门看一眼 | #2f6b75 | jiaojing | weekdays | 0 | 哪里堵、哪里封、怎么绕。
gongjiao | 坐公交 | #2f6b75 | gongjiao | weekly | 2 | 改线、加车、首末班，还有失物。
mashang | 马上办 | #8c3b33 | rexian | weekdays | 0 | 您说的事，办到哪一步，照片为证。
zoujie | 走街串巷 | #1f6f54 | dongyuan | weekdays | 0 | 一条街一条巷地走，看见什么写什么。
yitu | 一图看懂 | #7a4b8c | zhengfuban | weekly | 3 | 文件翻成普通话，条件、材料、地点、电话。
wenda | 问答 | #7a4b8c | zhengwu | weekdays | 0 | 大家问得最多的，一问一答。
renwu | 云溪人物 | #8a4463 | fabu | weekly | 5 | 修表的、开车的、摆渡的，身边人的一天。
chibian | 吃遍云溪 | #8a4463 | wenlv | weekly | 6 | 香鱼、米粿、桂花糕，哪家几点出锅。
laozihao | 老字号 | #8a4463 | shangwu | monthly | 8 | 开了几十年的铺子，为什么还开着。
laozhaopian | 老照片 | #8a4463 | bowu | weekly | 7 | 您家抽屉里的云溪。
shangxue | 上学放学 | #7a4b8c | jiaoyu | weekdays | 0 | 菜谱、报名、校门口的事。
kanbing | 看病不绕路 | #7a4b8c | weijian | weekdays | 0 | 停诊、疫苗、哪家周末开。
zhaogong | 这周招工 | #7a4b8c | jiuye | weekly | 3 | 周三招聘会，工种工资写明白。
jinwan | 今晚去哪儿 | #8a4463 | tushu | weekly | 5 | 讲座、电影、院子会，不花钱的居多。
xiangxia | 地头的话 | #3f6b45 | nongye | weekly | 4 | 种什么、几时收、谁来买。
zhenjia | 核一核 | #8c3b33 | wangxin | weekly | 2 | 群里传的，是不是真的。
zhouquan | 身边的平安 | #2b4c7e | gongan | weekdays | 0 | 防骗、防火、找人，说真事。
zhangdan | 晒账单 | #8c3b33 | cishan | monthly | 15 | 收了多少、花了多少、还剩多少。
"""

COLUMNS: tuple[Column, ...] = tuple(
    Column(slug, name, colour, owner, rhythm, int(on), about)
    for slug, name, colour, owner, rhythm, on, about in rows(COLUMN_ROWS, 7)
)
BY_SLUG: dict[str, Column] = {column.slug: column for column in COLUMNS}
