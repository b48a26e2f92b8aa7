"""A fake mail server with its mailboxes: takes letters by SMTP, and shows each as its owner would see it.

Faults: `too_many` says 451 to an address, `error` 421 before a letter, `error_after` 451 after it was taken, `drop`
takes it and hangs up without a word, `slow_rate` waits. `_codes` answers addresses that end so with a code of SMTP.
"""

import asyncio
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from time import time
from typing import Any
from urllib.parse import quote, unquote

from aiosmtpd.smtp import SMTP, Envelope, Session

from weiting.sandbox.page import framed, linked
from weiting.sandbox.state import Call, Channel, Reply

# The library writes down every line of each conversation, addresses included.
logging.getLogger("mail.log").setLevel(logging.WARNING)

PORT = 8025
LINK = re.compile(r"https?://[^\s<>\"]+")
# Mail programs show letters that bring no style of their own in one like this.
LOOK = (
    'body{font:16px/1.7 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:1rem;color:#1d2129;'
    "overflow-wrap:anywhere}a{color:#2b4c7e}hr{border:0;border-top:1px solid #e5e2da}h1{font-size:1.3rem}"
    "h2{font-size:1.05rem;margin-bottom:.2rem}img{max-width:100%}"
)
# What a letter may do in the page that shows it: be read, and lead elsewhere.
CAGE = "sandbox allow-top-navigation allow-popups; default-src 'none'; style-src 'unsafe-inline'"


@dataclass
class Mailbox(Channel):
    """The server and its mailboxes; every address has one."""

    port: int = PORT
    letters: dict[str, list[EmailMessage]] = field(default_factory=dict)
    _server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        """Listen on this machine; taken, another port is used, and the page says which."""
        loop = asyncio.get_running_loop()

        def made() -> SMTP:
            return SMTP(Handler(self), hostname="sandbox", enable_SMTPUTF8=True, loop=loop)

        try:
            self._server = await loop.create_server(made, "127.0.0.1", self.port)
        except OSError:
            self._server = await loop.create_server(made, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    def take(self, to: str, raw: bytes) -> None:
        """Put a letter into a mailbox."""
        letter = message_from_bytes(raw, policy=policy.default)
        self.letters.setdefault(to, []).append(letter)
        self.say(to, str(letter["Subject"]), time(), key=str(letter["Message-ID"] or ""), event="letter")

    def forget(self) -> None:
        """Empty the mailboxes."""
        super().forget()
        self.letters.clear()

    def as_dict(self) -> dict[str, Any]:
        """Return everything, with each letter's headers and words."""
        shown = {to: [_shown(each) for each in rows] for to, rows in self.letters.items()}
        return super().as_dict() | {"port": self.port, "letters": shown}

    def answer(self, call: Call) -> Reply:
        """Show the mailboxes, one of them, or a letter."""
        to, number, *part = [*map(unquote, call.path.strip("/").split("/")), "", ""][:3]
        rows = self.letters.get(to, [])
        if not to:
            return 200, self._page("收件箱", self._boxes())
        if not number:
            return 200, self._page(to, _list(to, rows))
        if not number.isdigit() or not 0 < int(number) <= len(rows):
            return 404, {"error": "no such letter"}
        letter = rows[int(number) - 1]
        if part[0] == "body":
            return 200, _html(letter).encode(), {"Content-Security-Policy": CAGE}
        return 200, self._page(str(letter["Subject"]), _letter(call.path, letter))

    def _boxes(self) -> str:
        items = "".join(
            f'<li><a href="/mail/{quote(to)}/">{escape(to)}</a> <small>{len(rows)} 封</small></li>'
            for to, rows in sorted(self.letters.items())
        )
        found = (
            f"<ul>{items}</ul>" if items else "<p class=empty>还没有信。订阅、验证、简报寄出后在这里看。</p>"
        )
        return f"{found}<p class=soft>假邮件服务器在 127.0.0.1:{self.port} 收信。</p>"

    def _page(self, title: str, body: str) -> bytes:
        return framed(title, f'<main class="one">{body}</main>', sub="假邮箱：信只到这台机器。").encode()


class Handler:
    """What the server does with each step of a conversation."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box

    async def handle_MAIL(  # noqa: N802 - as the library calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a letter, or say that there is no time now."""
        if self.box.happens(self.box.faults.error):
            return "421 4.3.2 Service shutting down"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or refuse it as was switched on."""
        self.box.calls[address] += 1
        code = next((code for ending, code in self.box.codes.items() if address.endswith(ending)), 0)
        if code:
            return f"{code} {'5.1.1 No such mailbox' if code >= 500 else '4.2.1 Try again later'}"
        if self.box.happens(self.box.faults.too_many):
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Take a letter; hang up afterwards where that was switched on."""
        box, faults = self.box, self.box.faults
        if faults.delay:
            await asyncio.sleep(faults.delay)
        if box.happens(faults.slow_rate):
            await asyncio.sleep(faults.slow)
        for to in envelope.rcpt_tos:
            box.take(to, bytes(envelope.original_content or b""))
        if box.happens(faults.drop):
            with suppress(AttributeError):
                server.transport.abort()  # type: ignore[union-attr]
            return "250 OK"
        return "451 4.3.0 Try again later" if box.happens(faults.error_after) else "250 OK"


def _part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _html(letter: EmailMessage) -> str:
    found = _part(letter, "html")
    # What leads elsewhere opens over the whole window, not in the small frame.
    return found.replace("<head>", f'<head><base target="_top"><style>{LOOK}</style>', 1) or (
        f"<!doctype html><pre>{escape(_part(letter, 'plain'))}</pre>"
    )


def _shown(letter: EmailMessage) -> dict[str, Any]:
    return {
        "subject": str(letter["Subject"]),
        "from": str(letter["From"]),
        "headers": {name: str(value) for name, value in letter.items()},
        "text": _part(letter, "plain"),
        "html": _part(letter, "html"),
    }


def _list(to: str, rows: list[EmailMessage]) -> str:
    items = [
        f'<li><a href="/mail/{quote(to)}/{number}/">{escape(str(each["Subject"]))}</a><br>'
        f"<small>{escape(str(each['From']))}</small></li>"
        for number, each in enumerate(rows, 1)
    ]
    return f"<ol reversed>{''.join(reversed(items))}</ol>" if items else "<p class=empty>还没有信。</p>"


def _letter(path: str, letter: EmailMessage) -> str:
    facts = "".join(
        f"<dt>{words}</dt><dd>{escape(str(letter[name]))}</dd>"
        for name, words in (("From", "发件人"), ("To", "收件人"), ("Date", "时间"), ("List-Id", "邮件列表"))
        if letter[name]
    )
    way = LINK.search(str(letter["List-Unsubscribe"] or ""))
    button = ""
    if way and letter["List-Unsubscribe-Post"]:
        # What mail programs show beside the sender: one click, without opening a page of ours.
        button = (
            f'<form method="post" action="{escape(way[0])}"><input type="hidden" name="List-Unsubscribe" '
            'value="One-Click"><button>退订 / Unsubscribe</button></form>'
        )
    words = linked(escape(_part(letter, "plain"), quote=False))
    return (
        f"<dl>{facts}</dl>{button}<iframe title='HTML' src='/mail{escape(path.rstrip('/'))}/body'></iframe>"
        f"<h2>纯文字</h2><pre>{words}</pre>"
    )
