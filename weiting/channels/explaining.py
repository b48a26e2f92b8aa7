"""What exactly to do at the platform about a code that a person has to settle there, step by step, with our address."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

# The address as WeChat says it saw it: "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist".
SEEN = re.compile(r"invalid ip ([0-9A-Fa-f.:]{2,45})")


def steps(kind: str, code: str, values: Mapping[str, Any], why: str = "") -> list[str]:
    """Return what to do at the platform, one step after another; empty where there is nothing more to say than `words`.

    `why` is what the platform said: it names the address it was called from.
    """
    address = _address(values, why)
    if kind == "wechat" and code == "40164":
        return [
            _("Sign in to mp.weixin.qq.com as the account's administrator."),
            _("Open “设置与开发 → 基本配置 → IP白名单” and add %(address)s.") % {"address": address},
            _(
                "Save it there; it holds within ten minutes. Then test the connection here: what waits goes out."
            ),
        ]
    if kind == "wechat" and code == "48001":
        return [
            _(
                "Sign in to mp.weixin.qq.com and look under “设置与开发 → 接口权限” whether the interface is granted."
            ),
            _("If the account is not verified, have it verified there (“微信认证”); it takes some days."),
            _("Until then let texts be put there by hand: what waits can be confirmed with its address."),
        ]
    if kind == "weibo" and code == "10017":
        return [
            _("Sign in to open.weibo.com and open “我的应用 → 应用信息 → 基本应用信息”."),
            _("Put the domain of this hall among the safe domains (“安全域名”), and save it."),
            _("Send the text again here."),
        ]
    if kind == "weibo" and code == "10004":
        return [
            _("Sign in to open.weibo.com and open “我的应用 → 应用信息 → 高级信息”."),
            _("Add %(address)s to the addresses that may call, and save it.") % {"address": address},
        ]
    return []


def _address(values: Mapping[str, Any], why: str) -> str:
    found = SEEN.search(why)
    said = found[1] if found else str(values.get("ip") or "")
    return said or _("this machine's address in the internet")
