"""A fake WeChat official account: tokens, uploads, drafts, publications and mass sendings that end later, messages, the
menu and call-backs, as the platform answers and makes them.

Shapes and codes after developers.weixin.qq.com: api_getstableaccesstoken, draft/*, freepublish/*, message/mass/*,
message/custom/send, menu/*.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from weiting.sandbox import wechat_talk as talk
from weiting.sandbox.state import Call
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

SECRET = "sandbox"  # noqa: S105 - the fake accounts' own, known to everybody
LASTS = 7200
OUTSIDE = re.compile(r"<a\s[^>]*href=[\"'](?!https?://mp\.weixin\.qq\.com/)", re.IGNORECASE)
PICTURE = re.compile(r"<img\s[^>]*src=[\"']([^\"']*)[\"']", re.IGNORECASE)
ESCAPED = re.compile(r"\\u[0-9a-f]{4}", re.IGNORECASE)


@dataclass
class WeChat(Held):
    """The fake accounts."""

    coded: ClassVar[tuple[int, str, str]] = (200, "errcode", "errmsg")

    def answer(self, call: Call) -> Reply:
        """Answer one call of the interface."""
        return _answered(self, call)

    def expire(self, accounts: set[str]) -> None:
        """Lock accounts out; whoever else asks is given a new token."""
        super().expire(accounts)
        self.tokens.clear()

    def switch(self, name: str, said: dict[str, Any], now: float) -> None:
        """Besides what every platform does: end the publications under way (`publish`), a follower writes
        (`message`), an article is deleted or changed there (`remove`, `edit`), so many mass sendings a day (`mass`)."""
        super().switch(name, said, now)
        if name == "publish":
            self.end(int(said.get("status", 0)), now)
        elif name == "mass":
            self.mass_most = int(said["most"])
        elif name == "message":
            account, by = str(said["account"]), str(said.get("from", "o-follower"))
            self.wrote[account, by] = float(said.get("at") or now)
            self.backs.tell(
                account, "message", talk.message(by, str(said.get("text", "")), self.number(), now), now
            )
        elif name in {"remove", "edit"}:
            for job in self.jobs.values():
                if job.said is not None and job.said.id == int(said["id"]):
                    job.status = DELETED if name == "remove" else job.status
                    job.article["content"] = said.get("content", job.article["content"])

    def forget(self) -> None:
        """Forget everything but the tokens."""
        super().forget()
        self.mass_most = 1
        for each in (self.drafts, self.jobs, self.menus, self.wrote, self.written):
            each.clear()

    def tick(self, now: float) -> None:
        """End the publications whose time has come."""
        super().tick(now)
        for job in list(self.jobs.values()):
            if job.status == UNDER_WAY and job.due <= now:
                self._end(job, self.faults.publish_status, now)

    def end(self, status: int, now: float) -> None:
        """End all publications under way at once, and so."""
        for job in list(self.jobs.values()):
            if job.status == UNDER_WAY:
                self._end(job, status, now)

    def as_dict(self) -> dict[str, Any]:
        """Return everything, with what was written to followers and the menus."""
        return super().as_dict() | {"written": self.written, "menus": self.menus}

    def _end(self, job: Job, status: int, now: float) -> None:
        job.status = status
        if status == GOOD:
            # A published draft leaves the box.
            self.drafts.pop((job.account, job.draft), None)
            pictures = len(PICTURE.findall(str(job.article.get("content", ""))))
            job.said = self.say(job.account, _readable(job.article), now, key=job.id, pictures=pictures)
        self.backs.tell(
            job.account, "published", talk.mass_end(job, now) if job.mass else talk.publish_end(job, now), now
        )


def _readable(article: dict[str, Any]) -> str:
    return f"{article.get('title', '')}\n" + re.sub(r"<[^>]*>", " ", str(article.get("content", "")))


def _answered(channel: WeChat, call: Call) -> Reply:
    path, now = call.path, call.now
    channel.tick(now)
    files = call.form()[1] if "multipart/" in call.headers.get("content-type", "") else 0
    said = {} if files else call.json()
    if said is None or ESCAPED.search(call.body.decode("utf-8", "replace")):
        return wrong(47001, "data format error") if said is None else wrong(40033, "invalid charset")
    if path == "/cgi-bin/stable_token":
        return _token(channel, said, now)
    token = call.asked.get("access_token", "")
    if not token:
        return wrong(41001, "access_token missing")
    account = channel.tokens.get(token)
    if account is None or channel.is_expired:
        return wrong(42001 if token.startswith("token-") else 40001, "access_token expired")
    if channel.is_used_up:
        return wrong(45009, "reach max api daily quota limit")
    known = {
        "/cgi-bin/draft/count": _count,
        "/cgi-bin/draft/delete": _drop_draft,
        "/cgi-bin/freepublish/getarticle": _article,
        "/cgi-bin/message/mass/sendall": talk.mass,
        "/cgi-bin/message/mass/get": talk.mass_status,
        "/cgi-bin/message/mass/delete": talk.mass_delete,
        "/cgi-bin/message/mass/preview": talk.mass_preview,
        "/cgi-bin/message/custom/send": talk.custom,
        "/cgi-bin/menu/create": talk.menu,
        "/cgi-bin/menu/get": talk.menu_now,
        "/cgi-bin/menu/delete": talk.menu_gone,
        "/cgi-bin/get_current_selfmenu_info": talk.menu_own,
        "/cgi-bin/media/uploadimg": _picture,
        "/cgi-bin/material/add_material": _material,
        "/cgi-bin/draft/add": _draft,
        "/cgi-bin/draft/batchget": _drafts,
        "/cgi-bin/freepublish/submit": _submit,
        "/cgi-bin/freepublish/get": _get,
        "/cgi-bin/freepublish/batchget": _published,
        "/cgi-bin/freepublish/delete": _delete,
    }.get(path)
    return known(channel, account, said, files, now) if known else (404, {})


def _token(channel: WeChat, said: dict[str, Any], now: float) -> Reply:
    account = str(said.get("appid", ""))
    if not account.startswith("wx"):
        return wrong(40013, "invalid appid")
    if said.get("secret") != SECRET:
        return wrong(40125, "invalid appsecret")
    if account in channel.expired:
        return wrong(40164, "invalid ip 127.0.0.1, not in whitelist")
    token = next((each for each, of in channel.tokens.items() if of == account), "")
    if not token:
        token = f"token-{account}-{channel.number()}-" + "x" * 100
        channel.tokens[token] = account
    return 200, {"access_token": token, "expires_in": LASTS}


def _picture(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    if not files:
        return wrong(41005, "media data missing")
    url = f"http://mmbiz.qpic.cn/sz_mmbiz_png/{channel.number()}/0?wx_fmt=png&from=appmsg"
    channel.pictures.add(url)
    return 200, {"url": url}


def _material(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    if not files:
        return wrong(41005, "media data missing")
    made = f"cover-{channel.number()}"
    channel.pictures.add(made)
    return 200, {"media_id": made, "url": f"http://mmbiz.qpic.cn/{made}/0"}


def _draft(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    article = (said.get("articles") or [{}])[0]
    content = str(article.get("content", ""))
    if not content:
        return wrong(44004, "empty content")
    if len(str(article.get("title", ""))) not in range(1, 33):
        return wrong(45003, "title size out of limit")
    if len(str(article.get("author", ""))) > 16:
        return wrong(45110, "author size out of limit")
    if len(str(article.get("digest", ""))) > 128:
        return wrong(45004, "description size out of limit")
    if len(content) >= 20_000 or len(content.encode()) >= 2**20:
        return wrong(45002, "content size out of limit")
    if article.get("thumb_media_id") not in channel.pictures:
        return wrong(40007, "invalid media_id")
    if OUTSIDE.search(content):
        return wrong(64562, "invalid link in content")
    # Scripts and pictures from elsewhere are left out without a word.
    content = re.sub(r"<script.*?</script>", "", content, flags=re.DOTALL | re.IGNORECASE)
    own = {each.replace("&", "&amp;") for each in channel.pictures} | channel.pictures
    article["content"] = re.sub(
        r"<img\s[^>]*>", lambda m: m[0] if (PICTURE.search(m[0]) or [""] * 2)[1] in own else "", content
    )
    made = f"draft-{channel.number()}"
    channel.drafts[account, made] = (article, now)
    return 200, {"media_id": made}


def _item(article: dict[str, Any], url: str, at: float, **ids: str) -> dict[str, Any]:
    shown = {
        name: article.get(name, "")
        for name in ("title", "author", "digest", "content_source_url", "thumb_media_id")
    }
    return {
        **ids,
        "content": {"news_item": [{**shown, "url": url, "is_deleted": False}]},
        "update_time": int(at),
    }


def _page(rows: list[dict[str, Any]], said: dict[str, Any]) -> Reply:
    start, most = int(said.get("offset", 0)), int(said.get("count", 20))
    if not 1 <= most <= 20:
        return wrong(40007, "invalid count")
    rows.sort(key=lambda row: -row["update_time"])
    shown = rows[start : start + most]
    return 200, {"total_count": len(rows), "item_count": len(shown), "item": shown}


def _drafts(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    rows = [
        _item(article, "http://mp.weixin.qq.com/s?tempkey=1", at, media_id=name)
        for (of, name), (article, at) in channel.drafts.items() if of == account
    ]  # fmt: skip
    return _page(rows, said)


def _submit(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    draft = str(said.get("media_id", ""))
    found = channel.drafts.get((account, draft))
    if found is None:
        return wrong(40007, "invalid media_id")
    if any(job.draft == draft and job.status == UNDER_WAY for job in channel.jobs.values()):
        return wrong(53503, "the draft did not pass the check")
    job = Job(channel.number(), account, draft, found[0], now, now + channel.faults.publish_after)
    channel.jobs[job.id] = job
    return 200, {"errcode": 0, "errmsg": "ok", "publish_id": job.id, "msg_data_id": channel.number()}


def _get(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    job = channel.jobs.get(str(said.get("publish_id", "")))
    if job is None or job.account != account:
        return wrong(53502, "Publish ID 无效")
    found: dict[str, Any] = {"publish_id": job.id, "publish_status": job.status, "fail_idx": []}
    if job.status == GOOD:
        items = [{"idx": 1, "article_url": url_of(job)}]
        found |= {"article_id": article_id_of(job), "article_detail": {"count": 1, "item": items}}
    elif job.status in {2, 4}:
        found["fail_idx"] = [1]
    return 200, found


def _published(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    rows = [
        _item(job.article, url_of(job), job.due, article_id=article_id_of(job))
        for job in channel.jobs.values() if job.account == account and job.status == GOOD and not job.mass
    ]  # fmt: skip
    return _page(rows, said)


def _delete(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    wanted = str(said.get("article_id", ""))
    job = next(
        (each for each in channel.jobs.values() if each.account == account and article_id_of(each) == wanted),
        None,
    )
    if job is None or job.status != GOOD:
        return wrong(53600, "Article ID 无效")
    job.status = DELETED
    if job.said is not None:
        job.said.event = "withdrawn"
    return 200, {"errcode": 0, "errmsg": "ok"}


def _count(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    return 200, {"total_count": sum(1 for of, _name in channel.drafts if of == account)}


def _drop_draft(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    channel.drafts.pop((account, str(said.get("media_id", ""))), None)
    return 200, {"errcode": 0, "errmsg": "ok"}


def _article(channel: WeChat, account: str, said: dict[str, Any], files: int, now: float) -> Reply:
    wanted = str(said.get("article_id", ""))
    job = next((each for each in channel.jobs.values() if article_id_of(each) == wanted), None)
    if job is None or job.account != account or job.status not in {GOOD, DELETED}:
        return wrong(53600, "Article ID 无效")
    return 200, {"news_item": [{**job.article, "url": url_of(job), "is_deleted": job.status == DELETED}]}
