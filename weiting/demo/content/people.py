"""The people behind the voices: who writes, who reads before it goes out, who answers, who is on duty."""
# ruff: noqa: E501, RUF001

from __future__ import annotations

from datetime import timedelta

from weiting.demo.content.calendar import Calendar, calendar
from weiting.demo.content.rows import rows
from weiting.demo.content.shapes import Person, SignIn
from weiting.demo.content.units import BY_KEY

# key | name | unit | roles | title | public (the name is listed) | substitute | away, in days from today
# roles in short: first, second, final are the three reviewers; duty and the rest are expanded below
PEOPLE_ROWS = """
linzhiqiu | 林知秋 | fabu | hall_editor、editor | 发布厅主编 | | shenyu |
shenyu | 沈予 | fabu | editor、hall_editor | 发布厅编辑 | | linzhiqiu |
hemuyun | 何牧云 | fabu | editor | 发布厅编辑 | | shenyu | -3~4
tangjing | 唐敬 | fabu | second | 编审科科长 | | shenyu |
guoshuhua | 郭树华 | fabu | final、spokesperson | 市政府新闻发言人 | 是 | tangjing |
yebai | 叶柏 | fabu | analyst | 研判员 | | hemuyun |
xuling | 许翎 | fabu | trainer、editor | 培训专员 | | shenyu |
fangqiming | 方启明 | zhengfuban | final、spokesperson | 办公室副主任 | 是 | luoyan |
luoyan | 罗砚 | zhengfuban | editor、first | 综合科科员 | | |
mengheng | 孟衡 | zhengfuban | supervisor | 督查科科长 | | qiuran |
qiuran | 邱然 | zhengfuban | supervisor、assessor | 督查科科员 | | mengheng |
dongshao | 董韶 | zhengfuban | secrecy | 保密审查员 | | luoyan |
zhuolin | 卓霖 | shuju | administrator | 平台管理员 | | pengkai |
pengkai | 彭凯 | shuju | administrator、editor | 平台管理员 | | zhuolin |
tianmi | 田宓 | zhengfuban | auditor | 内部审计员 | | |
jiangyi | 姜祎 | sifa | legal、second | 法制审核科科长 | | weiran |
weiran | 魏然 | sifa | legal、editor | 法制审核科科员 | | jiangyi |
zhouhe | 周禾 | rexian | dispatcher、editor | 派单员 | | wuqiao |
wuqiao | 吴乔 | rexian | dispatcher、duty | 夜班派单员 | | zhouhe |
dengyun | 邓匀 | rexian | final、spokesperson | 热线中心主任 | 是 | zhouhe |
lihe | 黎荷 | rexian | duty | 值班长 | | wuqiao |
chenyan | 陈晏 | gongshui | editor | 客服科编辑 | | zhaoli |
zhaoli | 赵砺 | gongshui | first、liaison | 管网科副科长 | | chenyan |
sunpei | 孙沛 | gongshui | final、spokesperson | 供水集团发言人 | 是 | zhaoli |
hanqi | 韩琦玉 | gongdian | editor | 服务部编辑 | | |
maojian | 毛健 | gongdian | first、liaison、duty | 抢修调度 | | hanqi |
yulan | 余岚 | gongdian | final、spokesperson | 供电公司发言人 | 是 | maojian |
qianxun | 钱勋 | gongan | editor | 宣传科民警 | | |
shiwen | 石闻 | gongan | first、secrecy | 宣传科副科长 | | qianxun |
kongwei | 孔威 | gongan | final、spokesperson | 市公安局新闻发言人 | 是 | shiwen |
jinlan | 金岚 | gongan | liaison | 指挥中心联络员 | | |
fenglei | 冯磊石 | jiaojing | editor、duty | 指挥室民警 | | |
caoyu | 曹屿 | jiaojing | final、spokesperson | 交警支队发言人 | 是 | fenglei |
yuanxi | 袁溪 | jiaoyu | editor | 办公室编辑 | | liuchen |
liuchen | 刘宸 | jiaoyu | first、liaison | 基础教育科科员 | | yuanxi |
dujuan | 杜鹃声 | jiaoyu | final、spokesperson | 市教育局发言人 | 是 | liuchen |
xiajin | 夏槿 | weijian | editor | 宣传科编辑 | | bairui |
bairui | 白芮 | weijian | first、second、liaison | 医政科科员 | | xiajin |
raoming | 饶鸣 | weijian | final、spokesperson | 市卫健委发言人 | 是 | bairui |
jiaoyang | 焦阳 | zhujian | editor | 办公室编辑 | | |
shangyun | 尚筠 | zhujian | first、liaison | 质量安全科科员 | | jiaoyang |
louping | 娄平 | zhujian | final、spokesperson | 市住建局发言人 | 是 | shangyun |
zhanwei | 詹蔚 | jiaotong | editor | 运输科编辑 | | |
pangshu | 庞恕 | jiaotong | first、liaison | 运输科副科长 | | zhanwei |
niexing | 聂行 | jiaotong | final、spokesperson | 市交通局发言人 | 是 | pangshu |
aiqing | 艾青禾 | chengguan | editor、liaison | 执法协调科科员 | | |
miaofeng | 苗峰 | chengguan | final、spokesperson | 市城管局发言人 | 是 | aiqing |
yanluo | 严络 | renshe | editor | 信息科编辑 | | |
pubai | 浦白 | renshe | first、liaison | 劳动关系科科员 | | yanluo |
jisheng | 季笙 | renshe | final、spokesperson | 市人社局发言人 | 是 | pubai |
gechuan | 葛川 | yibao | editor、liaison | 待遇科科员 | | |
wanning | 万宁之 | yibao | final、spokesperson | 市医保局发言人 | 是 | gechuan |
yunshu | 云舒 | qixiang | editor、duty | 首席预报员 | | leixiao |
leixiao | 雷晓 | qixiang | editor、final | 气象台台长 | 是 | yunshu |
gaoyuan | 高沅 | yingji | editor、duty、emergency_officer | 指挥中心值班员 | | |
tongwu | 童武 | yingji | final、spokesperson | 市应急局发言人 | 是 | gaoyuan |
quxin | 曲忻 | gongjijin | editor、liaison | 归集科科员 | | |
xinhui | 辛荟 | gongjijin | final、spokesperson | 公积金中心发言人 | 是 | quxin |
dingmu | 丁木 | jiage | editor、final | 价格监测员 | | |
mabo | 马泊 | shichang | editor、liaison | 投诉举报科科员 | | |
zhengxi | 郑熹 | shichang | final、spokesperson | 市场监管局发言人 | 是 | mabo |
lubei | 陆北 | dongyuan | editor、duty | 党政办干事 | | shuman |
shuman | 舒曼青 | dongyuan | first、liaison | 平安办主任 | | lubei |
qiyan | 祁岩 | dongyuan | final、spokesperson | 东园街道副主任 | 是 | shuman |
boyin | 薄荫 | dongyuan-dongyuan | editor、liaison | 社区干事 | | |
jizhou | 纪舟 | hekouxian | editor、hall_editor | 河口发布编辑 | | huoran |
huoran | 霍然 | hekouxian | final、spokesperson | 河口县新闻发言人 | 是 | jizhou |
xieqiu | 谢秋塘 | longxi | editor、liaison | 龙溪镇宣传干事 | | |
ouyang | 欧阳柯 | longxi | final、spokesperson | 龙溪镇副镇长 | 是 | xieqiu |
panmei | 潘梅子 | longxi-meiwu | editor | 梅坞村文书 | | |
tushan | 涂山月 | wenlv | editor、final | 市场科编辑 | 是 | |
guxiang | 顾巷 | gongjiao | editor、duty | 调度员 | | |
wenlu | 温鹿 | tushu | editor、final | 活动部馆员 | | |
nongxia | 农夏 | nongye | editor、final | 农技推广员 | 是 | |
yuhao | 于浩渺 | fabu | partner | 本地生活号“溪边生活”供稿人 | | |
"""

# The short words of the table → the roles' full names.
_ROLES = {
    "first": "first_reviewer",
    "second": "second_reviewer",
    "final": "final_reviewer",
    "duty": "duty_officer",
}


def _away(when: Calendar, days: str) -> str:
    return (when.today + timedelta(days=int(days))).isoformat() if days else ""


def people(when: Calendar) -> tuple[Person, ...]:
    """Return everybody, with the days on which some are away."""
    found: list[Person] = []
    for i, (key, name, unit, roles, title, public, substitute, away) in enumerate(rows(PEOPLE_ROWS, 8)):
        start, _, end = away.partition("~")
        found.append(
            Person(
                key=key,
                name=name,
                unit=unit,
                roles=tuple(_ROLES.get(role, role) for role in roles.split("、")),
                title=title,
                public=bool(public),
                phone=f"0599-1270 {100 + i}" if not public else BY_KEY[unit].phone,
                substitute=substitute,
                away_from=_away(when, start),
                away_to=_away(when, end),
            )  # fmt: skip
        )
    return tuple(found)


PEOPLE: tuple[Person, ...] = people(calendar())
BY_NAME: dict[str, Person] = {person.key: person for person in PEOPLE}

# Units without an editor of their own are written for by the hall's editors, place by place.
_HALL_WRITERS = ("shenyu", "xuling", "linzhiqiu")
_EDITORS: dict[str, tuple[str, ...]] = {}
for _person in PEOPLE:
    if "editor" in _person.roles:
        _EDITORS[_person.unit] = (*_EDITORS.get(_person.unit, ()), _person.key)


def editor_of(unit: str, index: int = 0) -> str:
    """Name the person who writes for a unit; the nearest unit above helps out, then the hall's own editors."""
    here = unit
    while here:
        if here in _EDITORS and here != "fabu":
            team = _EDITORS[here]
            return team[index % len(team)]
        if unit == "fabu":
            break
        here = BY_KEY[here].parent
    return _HALL_WRITERS[index % len(_HALL_WRITERS)]


SIGNINS: tuple[SignIn, ...] = (
    SignIn("linzhiqiu", "linzhiqiu", "发布厅主编：看全厅、排期、派任务、编微信期刊。"),
    SignIn("chenyan", "chenyan", "云溪供水编辑：写停水通知，送审，看送达。"),
    SignIn("zhaoli", "zhaoli", "供水初审兼联络员：看稿、退稿、答复派来的事。"),
    SignIn("sunpei", "sunpei", "供水发言人：终审，更正也由他定。"),
    SignIn("guoshuhua", "guoshuhua", "市新闻发言人：终审、紧急先发、公开答问。"),
    SignIn("jiangyi", "jiangyi", "法制审核：读政策稿，逐段提意见。"),
    SignIn("zhouhe", "zhouhe", "12345 派单员：分拣、合并、派单、交接班。"),
    SignIn("mengheng", "mengheng", "督查：看超期、开督办单、出证据包。"),
    SignIn("zhuolin", "zhuolin", "管理员：单位、账号、职责、权限；看不到未发布的稿件正文。"),
    SignIn("tianmi", "tianmi", "审计：只看不改，查每一步、核对整条链。"),
)
