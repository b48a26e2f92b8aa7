"""The fake WeChat's mass sendings, messages to people, menu, and the XML of its call-backs."""

from typing import Any

from weiting.sandbox.wechat_state import (
    DELETED,
    GOOD,
    UNDER_WAY,
    Held,
    Job,
    Reply,
    article_id_of,
    url_of,
    wrong,
)

# --- mass sendings ------------------------------------------------------------------------------------------


def mass(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Send a draft to all; one sent under this key within a day is named instead."""
    draft, key = str((said.get("mpnews") or {}).get("media_id", "")), str(said.get("clientmsgid", ""))
    if len(key.encode()) > 64:
        return wrong(45067, "clientmsgid size out of limit")
    mine = [job for job in channel.jobs.values() if job.mass and job.account == account]
    known = next((job for job in mine if job.mass == key and now - job.at < 86400), None)
    if known is not None:
        status, found = wrong(45065, "clientmsgid exist")
        return status, {**found, "msg_id": int(known.id)}
    if sum(1 for job in mine if job.at // 86400 == now // 86400) >= channel.mass_most:
        return wrong(45028, "has no masssend quota")
    if (account, draft) not in channel.drafts:
        return wrong(40007, "invalid media_id")
    job = Job(channel.number(), account, draft, channel.drafts[account, draft][0], now, now, mass=key)
    job.due += channel.faults.publish_after
    channel.jobs[job.id] = job
    done = {"errcode": 0, "errmsg": "send job submission success", "msg_id": int(job.id)}
    return 200, {**done, "msg_data_id": int(channel.number())}


def _mass_job(channel: Held, account: str, said: dict[str, Any]) -> Job | None:
    job = channel.jobs.get(str(said.get("msg_id", "")))
    return job if job is not None and job.account == account and job.mass else None


def mass_status(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Say how a mass sending stands."""
    job = _mass_job(channel, account, said)
    if job is None:
        return wrong(40059, "invalid msg id")
    words = {GOOD: "SEND_SUCCESS", UNDER_WAY: "SENDING", DELETED: "DELETE"}
    return 200, {"msg_id": int(job.id), "msg_status": words.get(job.status, "SEND_FAIL")}


def mass_delete(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Have its article no longer open."""
    job = _mass_job(channel, account, said)
    if job is None:
        return wrong(40059, "invalid msg id")
    job.status = DELETED
    if job.said is not None:
        job.said.event = "withdrawn"
    return 200, {"errcode": 0, "errmsg": "ok"}


def mass_preview(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Show a draft to one follower."""
    if (account, str((said.get("mpnews") or {}).get("media_id", ""))) not in channel.drafts:
        return wrong(40007, "invalid media_id")
    channel.written.append({"account": account, "to": said.get("towxname"), "text": "preview", "at": now})
    return 200, {"errcode": 0, "errmsg": "preview success"}


# --- people -------------------------------------------------------------------------------------------------


def custom(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Write to somebody who wrote within two days."""
    to = str(said.get("touser", ""))
    if now - channel.wrote.get((account, to), 0.0) > 48 * 3600:
        return wrong(45015, "response out of time limit or subscription is canceled")
    text = str((said.get("text") or {}).get("content", ""))
    channel.written.append({"account": account, "to": to, "text": text, "at": now})
    return 200, {"errcode": 0, "errmsg": "ok"}


# What the platform takes of a menu, in bytes: codes of a button's name, key and address, and of one's below another.
MENU_MOST = (
    ({"name": 16, "key": 128, "url": 1024}, {"name": 40018, "key": 40019, "url": 40020}),
    ({"name": 60, "key": 128, "url": 1024}, {"name": 40025, "key": 40026, "url": 40027}),
)


def menu(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Take a menu, as far as its buttons measure what the platform allows."""
    buttons = said.get("button") or []
    if not 1 <= len(buttons) <= 3:
        return wrong(40016, "invalid button size")
    for each in buttons:
        below = each.get("sub_button") or []
        if len(below) > 5:
            return wrong(40023, "invalid sub button size")
        if any(one.get("sub_button") for one in below):
            return wrong(40022, "invalid sub menu level")
        leaves = [(each, 0), *((one, 1) for one in below)]
        code = next((code for one, depth in leaves if (code := _menu_code(one, depth, bool(below)))), 0)
        if code:
            return wrong(code, f"invalid {'sub button' if code > 40023 else 'button'} size or type")
    channel.menus[account] = {"button": [_menu_kept(each) for each in buttons]}
    return 200, {"errcode": 0, "errmsg": "ok"}


def _menu_code(button: dict[str, Any], depth: int, holds: bool) -> int:
    """Say by which code a button is refused; 0: it is not."""
    most, codes = MENU_MOST[depth]
    if not button.get("name"):
        return codes["name"]
    if holds and depth == 0:
        needed = []
    elif button.get("type") in {"view", "click"}:
        needed = ["url" if button["type"] == "view" else "key"]
    elif button.get("type"):
        # Scans, pictures, places and mini programs are not looked into.
        needed = []
    else:
        return (40017, 40024)[depth]
    if any(not button.get(name) for name in needed):
        return codes[needed[0]]
    return next(
        (codes[name] for name, size in most.items() if len(str(button.get(name, "")).encode()) > size), 0
    )


def _menu_kept(button: dict[str, Any]) -> dict[str, Any]:
    below = [_menu_kept(each) for each in button.get("sub_button") or []]
    return ({"name": button["name"]} if below else dict(button)) | {"sub_button": below}


def menu_now(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Show the menu made by the interface."""
    found = channel.menus.get(account)
    return (200, {"menu": found}) if found else wrong(46003, "menu no exist")


def menu_own(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Show the menu however it was made: here only by the interface."""
    found = channel.menus.get(account)
    if not found:
        return 200, {"is_menu_open": 0}
    buttons = [
        {**each, "sub_button": {"list": each["sub_button"]}} if each.get("sub_button") else each
        for each in found["button"]
    ]
    return 200, {"is_menu_open": 1, "selfmenu_info": {"button": buttons}}


def menu_gone(channel: Held, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    """Take the menu away."""
    channel.menus.pop(account, None)
    return 200, {"errcode": 0, "errmsg": "ok"}


def _xml(by: str, at: float, inner: str) -> str:
    head = f"<ToUserName>gh_sandbox</ToUserName><FromUserName>{by}</FromUserName><CreateTime>{int(at)}</CreateTime>"
    return f"<xml>{head}{inner}</xml>"


def message(by: str, text: str, number: str, at: float) -> str:
    """Write what somebody wrote."""
    return _xml(
        by, at, f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId>"
    )


def publish_end(job: Job, at: float) -> str:
    """Write how a publication ended."""
    items = f"<item><idx>1</idx><article_url><![CDATA[{url_of(job)}]]></article_url></item>"
    detail = (
        f"<article_detail><count>1</count>{items}</article_detail>"
        if job.status == GOOD
        else "<fail_idx>1</fail_idx>"
    )
    return _xml(
        "o-platform", at,
        "<MsgType>event</MsgType><Event>PUBLISHJOBFINISH</Event>"
        f"<PublishEventInfo><publish_id>{job.id}</publish_id><publish_status>{job.status}</publish_status>"
        f"<article_id>{article_id_of(job)}</article_id>{detail}</PublishEventInfo>",
    )  # fmt: skip


def mass_end(job: Job, at: float) -> str:
    """Write how a mass sending ended."""
    status = "send success" if job.status == GOOD else "err(10001)"
    items = f"<item><ArticleIdx>1</ArticleIdx><ArticleUrl><![CDATA[{url_of(job)}]]></ArticleUrl></item>"
    return _xml(
        "o-platform", at,
        f"<MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>{job.id}</MsgID><Status>{status}</Status>"
        "<TotalCount>100</TotalCount><FilterCount>100</FilterCount><SentCount>100</SentCount>"
        f"<ErrorCount>0</ErrorCount><ArticleUrlResult><Count>1</Count><ResultList>{items}</ResultList></ArticleUrlResult>",
    )  # fmt: skip
