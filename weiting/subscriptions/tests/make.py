"""Makers for tests of subscriptions: a unit that sends mail, readers, letters as they arrive."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from weiting.channels import registry
from weiting.channels.models import Connection
from weiting.channels.ports import Receipt, Rendered, Settings, Words
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.fanout import postmen
from weiting.fanout.actions import rows
from weiting.fanout.calling import Patience, call
from weiting.posts.models import Post
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.subscriptions import actions, letters as letters_of_ours, links
from weiting.subscriptions.actions.laying import letter_key
from weiting.subscriptions.models import Bulletin, Reader, Subscription
from weiting.subscriptions.outbox import Outbox
from weiting.subscriptions.queries import Thing

HOLDER = "test"


@dataclass
class Town:
    """The city, its connection for mail, and how a text gets out by it."""

    city: City
    connection: Connection

    def adapter(self, connection: Connection | None = None) -> Any:
        """Return the adapter of a connection with its real outbox."""
        chosen = connection or self.connection
        settings = Settings(chosen.base, dict(chosen.values), {})
        return registry.adapter("mail", settings, Wire(allow_private=True), Outbox(chosen))

    def rendered(self, post: Post, **more: Any) -> Rendered:
        """Return what the adapter makes of a post."""
        live = post.live
        assert live is not None
        words = Words(
            title=live.title, body=live.body, html=f"<p>{live.body}</p>", summary="",
            url=f"https://yunxi.example/p/{post.public_id}/", content_hash=live.content_hash,
        )  # fmt: skip
        return registry.render("mail", Settings(""), replace(words, **more))

    def says(
        self, title: str = "明天停水", key: str = "", body: str = "东园社区 8:00 到 16:00 停水。"
    ) -> tuple[Post, Receipt]:
        """Publish a post of the water unit and lay it into the outbox."""
        post = make.published(self.city, title, body)
        return post, self.adapter().send(self.rendered(post), key or f"key-{post.public_id}")

    def corrects(self, post: Post, of: Receipt, key: str = "key-c") -> Receipt:
        """Lay down a correction."""
        sent = self.rendered(post, correcting="更正：8:00 → 9:00。抄错了", content_hash=key)
        found: Receipt = self.adapter().correct(of, sent, key)
        return found


def connect(unit: Any, name: str = "邮件") -> Connection:
    """Make a live connection by e-mail."""
    return Connection.objects.create(unit=unit, kind="mail", name=name, state="live")


def town() -> Town:
    """Make the city and turn mail on for its water unit."""
    city = make.city()
    return Town(city, connect(city.water))


def reader(address: str, thing: Thing, rhythm: str = "at_once", language: str = "zh-hans") -> Reader:
    """Make a confirmed reader, by the verbs a resident uses."""
    actions.ask(address, thing, rhythm, language)
    wish = Subscription.objects.order_by("-pk")[0]
    from_link = links.Wish(wish.reader.public_id, wish.pk, rhythm)
    actions.confirm(links.confirm_token(from_link, clock.now() + timedelta(hours=1)))
    return Reader.objects.get(pk=wish.reader_id)


def carry(kind: str = "mail") -> int:
    """Carry every copy that is due, one after another and in the test's own transaction; return how many calls."""
    postman, patience, made = postmen.postman_of(kind), Patience(), 0
    with Wire(allow_private=True, answer=3.0) as wire:
        while taken := [
            each for warm in (True, False) for each in rows.claim(HOLDER, _want(kind, warm), LEASE)
        ]:
            payloads = rows.payloads({each.item_id for each in taken})
            packed = {item: postman.pack(payload) for item, payload in payloads.items()}
            for host in {each.host_id for each in taken}:
                batch = [call(each, postman, packed[each.item_id], wire, patience) for each in taken
                         if each.host_id == host]  # fmt: skip
                rows.settle(HOLDER, [batch], patience.hosts, patience.give_up)
                for each in batch:
                    if each.is_gone:
                        postman.gone(payloads[each.claimed.item_id], [each.claimed.target])
            made += len(taken)
    return made


LEASE = timedelta(minutes=2)


def _want(kind: str, is_warm: bool) -> rows.Want:
    return rows.Want(kind, postmen.postman_of(kind).repeats, is_warm, 20, 20)


def letters(to: str = "") -> list[EmailMultiAlternatives]:
    """Return what was mailed, in order, without the letters that ask for a confirmation."""
    found = [each for each in mail.outbox if isinstance(each, EmailMultiAlternatives)]
    found = [each for each in found if "Precedence" in each.extra_headers]
    return [each for each in found if not to or each.to == [to]]


def link_in(letter: EmailMultiAlternatives, part: str = "/mail/confirm/") -> str:
    """Return the path of the first link of a letter that holds a part."""
    found = next(each for each in re.findall(r"https?://[^/\s]+(/\S*)", str(letter.body)) if part in each)
    return str(found)


def message_id(post: Post, reader: Reader) -> str:
    """Return what the letter that brought a post to a reader is known by."""
    bulletin = Bulletin.objects.get(post=post, act="send")
    return letters_of_ours.message_id(letter_key(bulletin), reader.public_id)
