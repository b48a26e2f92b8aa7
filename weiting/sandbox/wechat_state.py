"""What the fake WeChat holds, and the few shapes that all of its answers share."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from weiting.sandbox import backs as calling
from weiting.sandbox.platform import Platform
from weiting.sandbox.state import Said

Reply = tuple[int, dict[str, Any]]
GOOD, UNDER_WAY, DELETED = 0, 1, 5


@dataclass
class Job:
    """A publication under way or at its end."""

    id: str
    account: str
    draft: str
    article: dict[str, Any]
    at: float
    due: float
    status: int = UNDER_WAY
    said: Said | None = None
    # Of a mass sending: the key it was sent under.
    mass: str = ""


@dataclass
class Held(Platform):
    """What the fake accounts hold besides what followers see."""

    backs: calling.Backs = field(default_factory=lambda: calling.Backs(calling.wechat))
    tokens: dict[str, str] = field(default_factory=dict)
    # By account and id: the article and when it was laid there.
    drafts: dict[tuple[str, str], tuple[dict[str, Any], float]] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    jobs: dict[str, Job] = field(default_factory=dict)
    # How many mass sendings an account may make in a day.
    mass_most: int = 1
    menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    # When somebody last wrote to an account, and what it wrote to them.
    wrote: dict[tuple[str, str], float] = field(default_factory=dict)
    written: list[dict[str, Any]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(100_000_001))

    def number(self) -> str:
        """Return a number not given before."""
        return str(next(self._numbers))


def wrong(code: int, words: str) -> Reply:
    # The platform says 200 to everything and tells by its code.
    return 200, {"errcode": code, "errmsg": f"{words} rid: 6921-sandbox"}


def url_of(job: Job) -> str:
    return f"http://mp.weixin.qq.com/s?__biz=Mz{job.account}&mid={job.id}&idx=1"


def article_id_of(job: Job) -> str:
    return f"KQ{job.id}-Zt"
