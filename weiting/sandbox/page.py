"""The page of the fake channels: what each account's followers would see, and switches for what may go wrong.

It is for people who try, train and look, so it is in the language of the demo city.
"""

import re
import time
from collections.abc import Mapping
from html import escape
from itertools import groupby
from typing import Any
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
QUOTA = "今天的额度用完了"
# What to look at once it is switched on: people who train learn it here.
ADVICE = "打开以后，到工作台发一条，再看“投递”：那里会说出了什么事、下一步做什么。试完按“全部恢复”。"
SHOWN = 60
LINK = re.compile(r"https?://[^\s<>\"&]+(?:&amp;[^\s<>\"&]+)*")
STYLE = """
:root{color-scheme:light;--ink:#1d2129;--soft:#5b6472;--line:#e5e2da;--paper:#fff;--ground:#fbfaf7;--seal:#b4322a;
--link:#2b4c7e;--of:#5b6472}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font-variant-numeric:tabular-nums;
font:16px/1.7 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","WenQuanYi Micro Hei",sans-serif}
a{color:var(--link);text-underline-offset:3px;overflow-wrap:anywhere}
header{background:var(--paper);border-bottom:1px solid var(--line);padding:1rem 1.25rem}
h1{font-size:1.25rem;line-height:1.4;margin:0}header p{margin:.1rem 0 0;color:var(--soft);font-size:.9rem}
nav{display:flex;flex-wrap:wrap;gap:.5rem;padding:.9rem 1.25rem 0}
nav a{padding:.3rem .9rem;border:1px solid var(--line);border-radius:2rem;background:var(--paper);color:var(--ink);
text-decoration:none;min-height:2.5rem;display:flex;align-items:center;gap:.35rem}
nav a[aria-current]{background:var(--ink);color:#fff;border-color:var(--ink)}nav a[aria-current] .soft{color:#c9ccd2}
main{padding:1rem 1.25rem 3rem;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(min(21rem,100%),1fr));align-items:start}
main.one{display:block;max-width:46rem}
.weibo{--of:#c8551b}.wechat{--of:#1f7a3c}.webhook{--of:#2b4c7e}.mastodon{--of:#5a4fcf}.mail{--of:#7a4b8c}
.fediverse{--of:#7a4b8c}
section{background:var(--paper);border:1px solid var(--line);border-top:3px solid var(--of);border-radius:.4rem;
overflow:hidden}
section>h2{font-size:1rem;margin:0;padding:.65rem 1rem;border-bottom:1px solid var(--line);display:flex;gap:.6rem;
align-items:center}
section>h2 i{font:600 .95rem/2rem sans-serif;width:2rem;text-align:center;border-radius:50%;background:var(--of);
color:#fff;text-transform:uppercase;flex:none}
section>h2 .soft{margin-left:auto;font-weight:400}
article{padding:.75rem 1rem;border-bottom:1px solid var(--line)}article:last-child{border:0}
article p{margin:.1rem 0;white-space:pre-line;overflow-wrap:anywhere}article strong{display:block;line-height:1.5}
small,.soft{color:var(--soft);font-size:.85rem}
.of{border-left:3px solid var(--of);margin-left:1rem}
.menu{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);border-top:1px solid var(--line);
background:var(--ground)}
.menu>div{padding:.6rem .4rem;text-align:center;border-left:1px solid var(--line);overflow-wrap:anywhere}
.menu>div:first-child{border:0}
.menu b{font-weight:500}.menu a{display:inline-flex;align-items:center;min-height:1.5rem;color:inherit}
.menu ul{list-style:none;margin:.3rem 0 0;padding:0;font-size:.9rem}.menu li{padding:.15rem 0;color:var(--soft)}
.gone p{text-decoration:line-through;color:var(--soft)}b.tag{color:var(--seal);font-weight:600;margin-right:.4rem}
form{padding:.9rem 1.25rem 0;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
form .soft,form .wrong{flex-basis:100%}
button,select{font:inherit;padding:.3rem .8rem;border:1px solid #8d8a80;border-radius:.4rem;background:var(--paper);
color:inherit;min-height:2.5rem;max-width:100%}.wrong{color:var(--seal);font-weight:600}
ul,ol{padding-left:1.4rem}li{padding:.2rem 0}dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:28rem;border:1px solid var(--line);border-radius:.4rem;margin-top:1rem;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;background:var(--paper);padding:1rem;
border:1px solid var(--line);border-radius:.4rem}.empty{padding:2rem 0;color:var(--soft)}
"""
REFRESH = """
setInterval(async()=>{const t=await(await fetch(location)).text();
const d=new DOMParser().parseFromString(t,'text/html');
const was=document.querySelector('main'),now=d.querySelector('main');
if(was.innerHTML!==now.innerHTML&&!String(getSelection()))was.replaceWith(now)
},3000)
"""


def shown(channels: Mapping[str, Channel], query: str) -> str:
    """Return the page of one channel, or of all."""
    asked = dict(parse_qsl(query)).get("see", "")
    seen = {asked: channels[asked]} if asked in channels else dict(channels)
    now = time.time()
    links = "".join(
        f'<a href="/?see={name}"{_current(name == asked)}>{NAMES.get(name, name)} '
        f"<span class=soft>{len(each.said)}</span></a>"
        for name, each in channels.items()
    )
    boxes = '<a href="/mail/">收件箱</a>' if "mail" in channels else ""
    parts = [part for name, each in seen.items() for part in _accounts(name, each, now)]
    body = "".join(parts) or "<p class=empty>这里还没有内容。在工作台发一条，几秒后就出现。</p>"
    return framed(
        "假平台：读者看到的",
        f"{_switches(asked, channels)}<main>{body}</main><script>{REFRESH}</script>",
        nav=f'<a href="/"{_current(not asked)}>全部</a>{links}{boxes}',
    )


def framed(heading: str, body: str, *, nav: str = "", sub: str = "") -> str:
    """Return a page of the fakes: its heading, the ways to the others, what it shows."""
    sub = sub or "都在这台机器上，什么也没发到真平台去。"
    nav = nav or '<a href="/">全部</a><a href="/mail/">收件箱</a>'
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(heading)}</title>'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style>'
        f"<header><h1>{escape(heading)}</h1><p>{escape(sub)}</p></header><nav>{nav}</nav>{body}</html>"
    )


def linked(escaped: str) -> str:
    """Make the addresses in escaped text lead there, without blanks around them that nobody wrote."""
    return LINK.sub(lambda m: f'<a href="{m[0]}" rel="noopener noreferrer">{m[0]}</a>', escaped)


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
        _use_up(channel, False)
    elif fault == "quota":
        _use_up(channel, True)
    elif fault in FAULTS:
        channel.faults.set({fault: FAULTS[fault][1]})
    elif fault.startswith("expire:"):
        channel.expire({*channel.expired, fault.removeprefix("expire:")})
    return f"/?see={channel.name}"


def _use_up(channel: Channel, is_it: bool) -> None:
    if hasattr(channel, "is_used_up"):
        channel.is_used_up = is_it


def _current(is_it: bool) -> str:
    return ' aria-current="page"' if is_it else ""


def _switches(name: str, channels: Mapping[str, Channel]) -> str:
    channel = channels.get(name)
    if channel is None:
        return "<form><span class=soft>想看出故障时会怎样：先选一个平台。</span></form>"
    on = [words for fault, (words, _far) in FAULTS.items() if getattr(channel.faults, fault)]
    if getattr(channel, "is_used_up", False):
        on.append(QUOTA)
    on += [f"{account} 的授权到期了" for account in sorted(channel.expired)]
    options = "".join(f'<option value="{fault}">{words}</option>' for fault, (words, _far) in FAULTS.items())
    if hasattr(channel, "is_used_up"):
        options += f'<option value="quota">{QUOTA}</option>'
    for account in sorted({each.account for each in channel.said}):
        options += f'<option value="expire:{escape(account)}">{escape(account)} 的授权到期</option>'
    wrong = (
        f"<span class=wrong>现在：{escape('；'.join(on))}。</span>"
        if on
        else "<span class=soft>现在一切正常。</span>"
    )
    return (
        f'<form method="post" action="/_ui"><input type="hidden" name="channel" value="{name}">'
        f'<label>出点故障 <select name="fault">{options}</select></label><button>打开</button>'
        f'<button name="fault" value="none">全部恢复</button> {wrong}<span class=soft>{ADVICE}</span></form>'
    )


def _accounts(name: str, channel: Channel, now: float) -> list[str]:
    channel.tick(now)
    newest = sorted(channel.said, key=lambda each: (each.account, -each.at))
    said = {account: list(rows)[:SHOWN] for account, rows in groupby(newest, key=lambda each: each.account)}
    menus: dict[str, Any] = getattr(channel, "menus", {})
    found = []
    for account in sorted({*said, *menus}):
        items = "".join(_item(name, each, now) for each in said.get(account, []))
        found.append(
            f"<section class={name}><h2><i aria-hidden=true>{escape(account[:1])}</i>{escape(account)}"
            f"<span class=soft>{NAMES.get(name, name)}</span></h2>{items}{_menu(menus.get(account))}</section>"
        )
    return found


def _menu(menu: dict[str, Any] | None) -> str:
    """Draw a WeChat account's menu as it stands below its articles."""
    if not menu:
        return ""
    parts = []
    for each in menu.get("button", []):
        below = "".join(f"<li>{_pressed(one)}</li>" for one in each.get("sub_button") or [])
        parts.append(
            f"<div><b>≡ {escape(str(each.get('name', '')))}</b><ul>{below}</ul></div>"
            if below
            else f"<div>{_pressed(each)}</div>"
        )
    return f'<div class="menu" role="group" aria-label="菜单">{"".join(parts)}</div>'


def _pressed(button: dict[str, Any]) -> str:
    name, url = escape(str(button.get("name", ""))), str(button.get("url", ""))
    if url.startswith(("http://", "https://")):
        return f'<a href="{escape(url)}" rel="noopener noreferrer">{name}</a>'
    key = escape(str(button.get("key", "")))
    return f"<b>{name}</b> <small>回复“{key}”</small>" if key else f"<b>{name}</b>"


def _item(name: str, each: Said, now: float) -> str:
    tag = EVENTS.get(each.event, each.event)
    marks = " ".join(
        mark for mark, holds in (("of", each.of is not None), ("gone", each.event in GONE)) if holds
    )
    pictures = f" · {each.pictures} 张图" if each.pictures else ""
    text = linked(escape(each.text.strip()))
    if name == "wechat" and each.of is None:
        # An article: its title stands above its words.
        title, _line, text = text.partition("\n")
        text = f"<strong>{title}</strong>{text}"
    return (
        f'<article class="{marks}">{f"<b class=tag>{escape(tag)}</b>" if tag else ""}<p>{text}</p>'
        f"<small>{_ago(now - each.at)}{pictures}</small></article>"
    )


def _ago(seconds: float) -> str:
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{seconds // 60:.0f} 分钟前"
    return f"{seconds // 3600:.0f} 小时前" if seconds < 86400 else f"{seconds // 86400:.0f} 天前"
