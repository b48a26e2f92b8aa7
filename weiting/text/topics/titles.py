"""The title of a topic, out of its own messages' titles, and its place."""

import re
from collections import Counter
from collections.abc import Sequence

from weiting.text.same import common, places
from weiting.text.segment import cut

LONGEST = 40
# What a letter begins and ends with, not what it is about.
_BEGINS = re.compile(
    r"^(?:再次|再|[一二三两多]次|第.次|我要|我想|本人|强烈|联名|实名|紧急|请求|请问|恳请|恳求|希望|建议|投诉|举报|反映|反应|咨询|求助|要求|关于|对于|请|求|呼吁"
    r"|[，、:：！!\s])"
)
_ENDS = re.compile(
    r"(?:的?(?:相关|有关|一些|几点|两点)?(?:问题|情况|投诉|建议|咨询|请求|事宜|诉求)|[，,。！!？?；;\s]|请(?:尽快|及时|求)?(?:解决|处理|回复))$"
)


def cleaned(title: str) -> str:
    """A title without what every letter begins and ends with; as it was when nothing else is in it."""
    short = title.strip()
    for pattern in (_BEGINS, _ENDS):
        for _ in range(6):
            less = pattern.sub("", short, count=1)
            if less == short or len(less) < 4:
                break
            short = less
    return short[:LONGEST] or title.strip()[:LONGEST]


def title_of(titles: Sequence[str]) -> str:
    """The title whose words most of the others share, by word, so that a long one wins nothing."""
    whole = [title.encode("utf-8", "replace").decode("utf-8") for title in titles if title.strip()]
    words = [{word for word in cut(title) if len(word) > 1 and word not in common()} for title in whole]
    count = Counter(word for each in words for word in each)
    best, most = "", -1.0
    for title, each in zip(whole, words, strict=True):
        worth = sum(count[word] - 1 for word in each) / (len(each) + 2)
        if worth > most:
            best, most = title, worth
    return cleaned(best)


def place_of(heads: Sequence[tuple[str, str]]) -> str:
    """The place most of the messages speak of; "" when none is named. A title counts twice."""
    count: Counter[str] = Counter()
    for title, content in heads:
        named = places(title)
        count.update(dict.fromkeys(named, 2))
        count.update(name for name in places(content) if name not in named)
    if not count:
        return ""
    # Of two that are named as often, the first of the alphabet: the answer must not hang on the order of messages.
    return min(count, key=lambda name: (-count[name], -len(name), name))
