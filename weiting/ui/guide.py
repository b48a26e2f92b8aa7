"""Sample content of the style guide: every component in every state, with words of the kind the hall really says."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest

from weiting.core import clock
from weiting.ui import icons
from weiting.ui.shell import Chrome, Link, RailItem, language_links, mode_links


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="标题", max_length=40, help_text="一句话说清是什么事，40 字以内。")
    text = forms.CharField(label="正文", widget=forms.Textarea(attrs={"rows": 3, "data-autosize": "3"}))
    day = forms.DateField(label="哪一天", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    kind = forms.ChoiceField(label="类别", choices=[("a", "便民信息"), ("b", "政策解读"), ("c", "应急")])
    path = forms.ChoiceField(label="怎么审", choices=[("1", "一审"), ("2", "两审")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="我核对过电话和时间")


def _chrome(request: HttpRequest) -> Chrome:
    return Chrome(
        hall_name="云溪发布",
        hall_slogan="云溪市人民政府 · 109 个单位在这里说话、听您说话",
        seal="云溪",
        search_url="#",
        search_hint="搜 停水、社保卡、公积金提取……",
        primary=Link("我要说", "#"),
        register_url="#",
        nav=[
            Link("首页", "#", current=True),
            Link("栏目", "#"),
            Link("单位", "#"),
            Link("更正", "#"),
            Link("订阅", "#"),
        ],
        languages=language_links(request),
        modes=mode_links(request),
        organiser="云溪市人民政府办公室",
        filing=["云ICP备00000000号"],
        foot_links=[Link("我为网站找错", "#"), Link("无障碍说明", "#"), Link("处理记录公开", "#")],
        chain_head="7f3a 91c0 5be2 d418",
        chain_url="#",
    )


def _units() -> list[SimpleNamespace]:
    rows = "公安 平安云溪,教育 云溪教育,卫健 健康云溪,住建 云溪住建,"
    rows += "交通 云溪交通,人社 云溪人社,气象 云溪气象,市医保局 云溪医保"
    units = [
        SimpleNamespace(seal_text=a, short_name=b, color="#2b4c7e", silent="")
        for a, b in (row.split() for row in rows.split(","))
    ]
    units.append(
        SimpleNamespace(seal_text="档案", short_name="云溪档案", color="#6b6f77", silent="16 天没更新")
    )
    return units


def context(request: HttpRequest, face: str) -> dict[str, Any]:
    """Return what one of the guide's pages shows."""
    now = clock.now()
    return {
        "chrome": _chrome(request),
        "form": SampleForm(initial={"title": "停水通知", "kind": "a"}, auto_id="s-%s"),
        "broken": SampleForm({}, auto_id="w-%s"),
        "units": _units(),
        "icons": sorted(icons.PATHS),
        "moments": [now, now - timedelta(days=1), now - timedelta(days=18), now - timedelta(days=400)],
        "tomorrow": now + timedelta(days=1),
        "crumbs": [Link("首页", "#"), Link("栏目", "#"), Link("停水早知道", "#")],
        "tabs": [
            Link("全部", "#", True, 137),
            Link("要闻", "#"),
            Link("服务", "#"),
            Link("回应", "#", count=12),
        ],
        "path": [
            {"label": "初审", "note": "科室", "state": "done"},
            {"label": "复审", "note": "发言人", "state": "now"},
            {"label": "发布", "state": ""},
        ],
        "page": SimpleNamespace(next_cursor="abc", is_first=False),
        "rail": _rail(),
        "menu": [Link("我的账号", "#", icon="person"), Link("退出", "#", icon="out", post=True)],
        "person": {"name": "李敏", "role": "云溪供水 · 发言人"},
        "desk_seal": "云溪",
    }


def _rail() -> list[RailItem]:
    rows = [
        ("today", "今日", 7),
        ("write", "写", 0),
        ("review", "审", 3),
        ("calendar", "历", 0),
        ("units", "单位", 0),
    ]
    rows += [("register", "名录", 0), ("notices", "通知", 12), ("audit", "审计", 0)]
    return [RailItem(key, label, "#", count, key == "write") for key, label, count in rows]
