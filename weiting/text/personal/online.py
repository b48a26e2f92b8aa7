"""Mailboxes, WeChat and QQ numbers of persons; those an office gives as its own are left alone."""

import re

from weiting.text.personal.cues import cue_places
from weiting.text.personal.reading import UNSEEN, Reading
from weiting.text.personal.span import Span

_AT = r"(?:@|\(AT\)|\[AT\]|[\u200b ]AT[\u200b ]|#AT#|\{AT\})"
_MAIL = re.compile(
    rf"(?<![A-Z0-9._%+\-*])([A-Z0-9][A-Z0-9._%+\-]{{0,63}})( ?{_AT} ?)([A-Z0-9][A-Z0-9\-]{{0,62}}(?:(?:\."
    rf"|\(DOT\))[A-Z0-9\-]{{1,62}}){{1,4}})"
)
_OFFICIAL = re.compile(r"\.GOV\.CN$|\.GOV$|\.MIL\.CN$|^GOV\.CN$")
# info@, service@: a box that several people read.
_SHARED = re.compile(
    r"(?:INFO|SERVICE|SERVICES|KEFU|HR|ZHAOPIN|ADMIN|OFFICE|BANGONGSHI|TOUGAO|JUBAO|XINXIANG|NOREPLY|NO-REPLY|SUPPORT"
    r"|CONTACT|WEBMASTER|PRESS|PUBLIC|HELP|POSTMASTER|SALES|MAIL|EMAIL|ZXFW|ZIXUN|FUWU)[0-9]{0,5}$"
)
_WECHAT = re.compile(
    r"(?:[A-Z][A-Z0-9_\-]{5,19}|1[3-9][0-9]{9}|[A-Z0-9][A-Z0-9_\-]{5,19})(?![A-Z0-9*_@]|\.[A-Z])"
)
_QQ = re.compile(r"[1-9][0-9]{4,10}(?![0-9*@])")
_SAYS = re.compile(rf"(?:[ :：为是号码()（）“\"\[【,，=我的加{UNSEEN}]|ID){{0,8}}")
_LATIN_WORD = frozenset(
    ["WECHAT", "WEIXIN", "OFFICIAL", "PHONE", "MOBILE", "QRCODE", "ANDROID", "IPHONE", "WINDOWS"]
)
_PUBLIC_ACCOUNT = frozenset({"wechat_public", "qq_public"})
LOOK_BACK = 40


def mailboxes(reading: Reading, public: frozenset[str]) -> list[Span]:
    """Mailboxes of persons; `public` are those of offices, in small letters."""
    found = []
    for match in _MAIL.finditer(reading.plain):
        whole = reading.text[match.start() : match.end()].lower()
        if whole in public or _OFFICIAL.search(match[3]) or _SHARED.match(match[1]):
            continue
        if not _is_of_office(reading, match.start()):
            found.append(Span("mailbox", *match.span()))
    return found


def _is_of_office(reading: Reading, start: int) -> bool:
    """A label of an office's box, or one for any box where an office was spoken of and no person."""
    label = reading.label_before(start, 20)
    if label is None or label.kind not in {"email", "email_public", "office_address", "phone_public"}:
        return False
    line = reading.plain[max(0, start - LOOK_BACK) : start].rpartition("\n")[2]
    cues = cue_places(line)
    if label.kind == "email_public":
        return cues.get("person", 0) <= label.end - (start - len(line))
    return "office" in cues and "person" not in cues


def accounts(reading: Reading) -> list[Span]:
    """WeChat and QQ numbers of persons, where the text says that they are."""
    found = []
    for label in reading.labels:
        pattern = {"wechat": _WECHAT, "qq": _QQ}.get(label.kind)
        if pattern and (reading.in_url(label.start) or _is_public_account(reading, label.start)):
            continue
        says = _SAYS.match(reading.plain, label.end) if pattern else None
        match = pattern.match(reading.plain, says.end()) if pattern and says else None
        if (
            match
            and match[0] not in _LATIN_WORD
            and _has_sign_of_number(match[0], label.kind, says, label.end)
        ):
            found.append(Span(label.kind, *match.span(), sure=0.9))
    return found


def _is_public_account(reading: Reading, at: int) -> bool:
    """公众号（微信号：…） and 交流群QQ：… are everybody's."""
    return reading.has_label(_PUBLIC_ACCOUNT, max(0, at - 14), at)


def _has_sign_of_number(words: str, kind: str, says: re.Match[str] | None, label_end: int) -> bool:
    """A word of letters only is a name of WeChat's only behind a colon; QQ numbers are digits anyway."""
    if kind == "qq" or any(sign.isdigit() or sign == "_" for sign in words):
        return True
    return bool(says and set(says[0]) & set(":：为是号"))
