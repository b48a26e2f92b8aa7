"""The page of the fake channels: what each account's followers would see, and switches for what may go wrong.

It is for people who try, train and look, so it is in the language of the demo city.
"""

import time
from collections.abc import Mapping
from html import escape
from itertools import groupby
from urllib.parse import parse_qsl

from weiting.sandbox.state import Channel, Said

NAMES = {
    "weibo": "微博",
    "wechat": "微信公众号",
    "webhook": "自己的系统",
    "mastodon": "长毛象",
    "mail": "邮箱",
    "fediverse": "联邦宇宙",
}
EVENTS = {
    "published": "",
    "commented": "评论",
    "corrected": "更正",
    "withdrawn": "已撤下",
    "deleted": "已删除",
    "changed": "改过",
    "boosted": "转发",
    "relayed": "转发",
    "answered": "回复",
}
GONE = {"withdrawn", "deleted"}
# What can be switched on by hand: its name, what it does, in words, and how far.
FAULTS = {
    "drop": ("收下后断线，不给回话", 1.0),
    "error": ("收下前报 500", 1.0),
    "error_after": ("收下后报 502", 1.0),
    "too_many": ("报“太频繁”", 1.0),
    "slow_rate": ("慢，等很久才收", 1.0),
    "delay": ("每次晚 0.5 秒", 0.5),
}
SHOWN = 60
STYLE = """
:root{color-scheme:light;--ink:#1d2129;--soft:#5c6470;--line:#e3e1da;--paper:#fff;--ground:#f6f5f0;--seal:#b4322a}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.65 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif}
header{background:var(--paper);border-bottom:1px solid var(--line);padding:1rem 1.25rem}
h1{font-size:1.25rem;margin:0}header p{margin:.15rem 0 0;color:var(--soft);font-size:.9rem}
nav{display:flex;flex-wrap:wrap;gap:.5rem;padding:.9rem 1.25rem 0}
nav a{padding:.35rem .9rem;border:1px solid var(--line);border-radius:2rem;background:var(--paper);color:var(--ink);
text-decoration:none;min-height:2.5rem;display:flex;align-items:center}
nav a[aria-current]{background:var(--ink);color:#fff;border-color:var(--ink)}
main{padding:1rem 1.25rem 3rem;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));
align-items:start}
section{background:var(--paper);border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
section>h2{font-size:1rem;margin:0;padding:.7rem 1rem;border-bottom:1px solid var(--line)}
article{padding:.7rem 1rem;border-bottom:1px solid var(--line)}article:last-child{border:0}
article p{margin:.1rem 0;white-space:pre-line;overflow-wrap:anywhere}
article small,.soft{color:var(--soft);font-size:.85rem}.of{border-left:3px solid var(--line);margin-left:1rem}
.gone p{text-decoration:line-through;color:var(--soft)}b.tag{color:var(--seal);font-weight:600;margin-right:.4rem}
form{padding:.9rem 1.25rem 0;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
button,select{font:inherit;padding:.35rem .8rem;border:1px solid #8d8a80;border-radius:.4rem;background:var(--paper);
min-height:2.5rem}.wrong{color:var(--seal)}
"""
REFRESH = """
setInterval(async()=>{const t=await(await fetch(location)).text();
const d=new DOMParser().parseFromString(t,'text/html');
document.querySelector('main').replaceWith(d.querySelector('main'))
},3000)
"""


def shown(channels: Mapping[str, Channel], query: str) -> str:
    """Return the page of one channel, or of all."""
    asked = dict(parse_qsl(query)).get("see", "")
    seen = {asked: channels[asked]} if asked in channels else dict(channels)
    now = time.time()
    links = "".join(
        f'<a href="/?see={name}"{_current(name == asked)}>{NAMES.get(name, name)}&nbsp;'
        f"<span class=soft>{len(each.said)}</span></a>"
        for name, each in channels.items()
    )
    boxes = '<a href="/mail/">收件箱</a>' if "mail" in channels else ""
    parts = [part for name, each in seen.items() for part in _accounts(name, each, now)]
    body = "".join(parts) or "<p class=soft>还没有内容。</p>"
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>假平台</title>'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style>'
        "<header><h1>假平台：读者看到的</h1><p>都在这台机器上，什么也没发到真平台去。</p></header>"
        f'<nav><a href="/"{_current(not asked)}>全部</a>{links}{boxes}</nav>'
        f"{_switches(asked, channels)}<main>{body}</main><script>{REFRESH}</script></html>"
    )


def switched(channels: Mapping[str, Channel], body: bytes) -> str:
    """Switch a fault on or off, or let an account's authorisation end, as the form says; return where to go back to."""
    said = dict(parse_qsl(body.decode("utf-8", "replace")))
    channel = channels.get(said.get("channel", ""))
    if channel is None:
        return "/"
    fault = said.get("fault", "")
    if fault == "none":
        channel.faults.set(dict.fromkeys(FAULTS, 0.0))
        channel.expire(set())
    elif fault in FAULTS:
        channel.faults.set({fault: FAULTS[fault][1]})
    elif fault.startswith("expire:"):
        channel.expire({*channel.expired, fault.removeprefix("expire:")})
    return f"/?see={channel.name}"


def _current(is_it: bool) -> str:
    return ' aria-current="page"' if is_it else ""


def _switches(name: str, channels: Mapping[str, Channel]) -> str:
    channel = channels.get(name)
    if channel is None:
        return ""
    on = [words for fault, (words, _far) in FAULTS.items() if getattr(channel.faults, fault)]
    on += [f"{account} 的授权到期了" for account in sorted(channel.expired)]
    options = "".join(f'<option value="{fault}">{words}</option>' for fault, (words, _far) in FAULTS.items())
    for account in sorted({each.account for each in channel.said}):
        options += f'<option value="expire:{escape(account)}">{escape(account)} 的授权到期</option>'
    wrong = (
        f"<span class=wrong>现在：{escape('；'.join(on))}</span>"
        if on
        else "<span class=soft>现在：一切正常</span>"
    )
    return (
        f'<form method="post" action="/_ui"><input type="hidden" name="channel" value="{name}">'
        f'<label>出点故障 <select name="fault">{options}</select></label><button>打开</button>'
        f'<button name="fault" value="none">全部恢复</button> {wrong}</form>'
    )


def _accounts(name: str, channel: Channel, now: float) -> list[str]:
    channel.tick(now)
    newest = sorted(channel.said, key=lambda each: (each.account, -each.at))
    found = []
    for account, rows in groupby(newest, key=lambda each: each.account):
        items = "".join(_item(each, now) for each in list(rows)[:SHOWN])
        found.append(
            f"<section><h2>{escape(account)} <span class=soft>{NAMES.get(name, name)}</span></h2>{items}</section>"
        )
    return found


def _item(each: Said, now: float) -> str:
    tag = EVENTS.get(each.event, each.event)
    marks = " ".join(
        mark for mark, holds in (("of", each.of is not None), ("gone", each.event in GONE)) if holds
    )
    pictures = f" · {each.pictures} 张图" if each.pictures else ""
    return (
        f'<article class="{marks}">{f"<b class=tag>{escape(tag)}</b>" if tag else ""}<p>{escape(each.text.strip())}</p>'
        f"<small>{_ago(now - each.at)}{pictures}</small></article>"
    )


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{seconds // 60:.0f} 分钟前"
    return f"{seconds // 3600:.0f} 小时前" if seconds < 86400 else f"{seconds // 86400:.0f} 天前"
