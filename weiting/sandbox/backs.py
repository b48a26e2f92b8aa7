"""The call-backs of the fake platforms: really sent to the hall's address, signed as theirs, going wrong on demand.

As the platforms do: no answer within five seconds, or one that is no success, and the same call comes again, three in
all. The draws come from a seed, so that a run can be repeated.
"""

import asyncio
import json
import random
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

PATIENCE, TRIES = 5.0, 3
BLOCK = 32


@dataclass(frozen=True)
class Receiver:
    """Where an account's call-backs go, and what they are signed and sealed with."""

    url: str
    secret: str
    aes_key: str = ""
    appid: str = ""


@dataclass
class Wrong:
    """How often, from 0 to 1, a call-back goes wrong, and how; `skew` and `late` are seconds."""

    duplicate: float = 0.0
    # Held back until the next one has gone.
    disorder: float = 0.0
    wrong_signature: float = 0.0
    # Never sent at all.
    lost: float = 0.0
    # So far the platform's clock is off; negative: slow.
    skew: float = 0.0
    late: float = 0.0
    seed: int = 0

    def set(self, said: dict[str, Any]) -> None:
        """Take over the values that are named; raise KeyError for an unknown one."""
        known = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        for name, value in said.items():
            setattr(self, name, known[name](value))


@dataclass
class Back:
    """One call-back that is to go out."""

    account: str
    what: str
    said: Any
    due: float
    tries: int = 0
    is_forged: bool = False


# Makes of what is said the address' query, the body and its type; the last value is the time it is signed with.
Write = Callable[[Receiver, Any, str, bool], tuple[dict[str, str], bytes, str]]


@dataclass
class Backs:
    """The call-backs of one platform."""

    write: Write
    wrong: Wrong = field(default_factory=Wrong)
    receivers: dict[str, Receiver] = field(default_factory=dict)
    waiting: list[Back] = field(default_factory=list)
    held: list[Back] = field(default_factory=list)
    # What was sent and what came back, for the programs that check a run.
    sent: list[dict[str, Any]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def set(self, said: dict[str, Any]) -> None:
        """Set how often call-backs go wrong, and begin the draws anew."""
        self.wrong.set(said)
        self._chance.seed(self.wrong.seed)

    def receive(self, said: dict[str, dict[str, str]]) -> None:
        """Set where the call-backs of accounts go."""
        self.receivers.update({account: Receiver(**each) for account, each in said.items()})

    def tell(self, account: str, what: str, said: Any, now: float) -> None:
        """Have a call-back go out; nobody is told of an account without an address."""
        if account not in self.receivers or self._happens(self.wrong.lost):
            return
        made = Back(account, what, said, now + self.wrong.late)
        made.is_forged = self._happens(self.wrong.wrong_signature)
        if self._happens(self.wrong.disorder) and not self.held:
            self.held.append(made)
            return
        self.waiting.append(made)
        if self._happens(self.wrong.duplicate):
            self.waiting.append(Back(account, what, said, made.due, is_forged=made.is_forged))
        for each in self.held:
            # After the one that came later; by itself soon enough, if none comes.
            each.due = now + 0.3
        self.waiting += self.held
        self.held.clear()

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self._chance.random() < rate

    def forget(self) -> None:
        """Forget what is to go out and what went; addresses stay."""
        self.waiting.clear()
        self.held.clear()
        self.sent.clear()

    async def run(self, tick: Callable[[float], None]) -> None:
        """Send what is due, forever."""
        while True:
            now = time.time()
            tick(now)
            if self.held and now > self.held[0].due + 2.0:
                self.waiting += self.held
                self.held.clear()
            due = [each for each in self.waiting if each.due <= now]
            self.waiting = [each for each in self.waiting if each.due > now]
            for each in due:
                task = asyncio.create_task(self._send(each))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            await asyncio.sleep(0.1)

    async def _send(self, back: Back) -> None:
        receiver = self.receivers.get(back.account)
        if receiver is None:
            return
        stamp = str(int((time.time() + self.wrong.skew) * 1000))
        query, body, kind = self.write(receiver, back.said, stamp, back.is_forged)
        status, answer = await asyncio.to_thread(_call, f"{receiver.url}?{urlencode(query)}", body, kind)
        self.sent.append(
            {"account": back.account, "what": back.what, "status": status, "try": back.tries + 1,
             "forged": back.is_forged, "answer": answer[:2000]}
        )  # fmt: skip
        back.tries += 1
        if status != 200 and back.tries < TRIES:
            back.due = time.time() + 0.5
            self.waiting.append(back)


def _call(url: str, body: bytes, kind: str) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method="POST")  # noqa: S310 - where it was told
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, ""
    except (OSError, ValueError):
        return 0, ""


def signed(*parts: str) -> str:
    """Return the signature over these parts, as both platforms make it."""
    return sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platforms' own way


def weibo(receiver: Receiver, said: Any, stamp: str, is_forged: bool) -> tuple[dict[str, str], bytes, str]:
    """Write a call-back of Weibo's fans' service."""
    secret = "guessed" if is_forged else receiver.secret
    query = {"timestamp": stamp, "nonce": "57155157", "signature": signed(secret, stamp, "57155157")}
    return query, json.dumps(said, ensure_ascii=False).encode(), "application/json"


def wechat(receiver: Receiver, said: Any, stamp: str, is_forged: bool) -> tuple[dict[str, str], bytes, str]:
    """Write a call-back of WeChat: XML, sealed where the account has a key."""
    at, token = stamp[:-3], "guessed" if is_forged else receiver.secret
    query = {"timestamp": at, "nonce": "461056294", "signature": signed(token, at, "461056294")}
    if not receiver.aes_key:
        return query, str(said).encode(), "text/xml"
    sealed = _sealed(str(said).encode(), receiver)
    query |= {"encrypt_type": "aes", "msg_signature": signed(token, at, "461056294", sealed)}
    return (
        query,
        f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode(),
        "text/xml",
    )


def _cipher(receiver: Receiver) -> Cipher[CBC]:
    key = b64decode(receiver.aes_key + "=")
    return Cipher(AES(key), CBC(key[:16]))


def _sealed(message: bytes, receiver: Receiver) -> str:
    plain = b"0123456789abcdef" + len(message).to_bytes(4, "big") + message + receiver.appid.encode()
    pad = BLOCK - len(plain) % BLOCK
    work = _cipher(receiver).encryptor()
    return b64encode(work.update(plain + bytes([pad]) * pad) + work.finalize()).decode()
