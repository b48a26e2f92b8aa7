"""The shape of sentences: too long ones, and verbs wrapped in 进行, 予以, 开展…工作."""

import re
from collections.abc import Iterator
from functools import cache

from weiting.text.finding import Finding
from weiting.text.plain.patterns import lines
from weiting.text.plain.rules import severity, why
from weiting.text.plain.scope import Scope
from weiting.text.sentences import Sentence

LONG, VERY_LONG = 40, 60
_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”|「[^「」]*」|[（(][^（）()]*[）)]")
_RUN = re.compile(r"https?://\S+|[A-Za-z0-9.:/@_%％-]+")
_LIST = re.compile(r"(?:[^，。；：、！？]{1,16}、){2,}")
_LIST_AFTER_COLON = re.compile(r"(?<=[：:])[^，、；。]{1,14}(?:[，、；][^，、；。]{1,14}){2,}")
# Behind such a comma a new sentence can begin as it stands.
_SPLIT = re.compile(
    "，(?=(?:同时|此外|另外|其中|目前|下一步|接下来|但是?|不过|因此|所以|为此|随后|之后|我们|我局|您|请|如果|学校|街道|社区|市[一-龥]{1,4}局|区[一-龥]{1,4}局))"
)


def counted(text: str) -> int:
    """The characters of a sentence as a reader feels them: a number or a link is one, and quoted names, remarks in
    brackets and the items of a list beyond the first are left out.
    """
    bare = _LIST_AFTER_COLON.sub("", _QUOTED.sub("", text))
    bare = _LIST.sub(lambda found: found[0].split("、")[0], bare)
    bare = _RUN.sub("1", bare)
    return sum(1 for sign in bare if sign.isalnum())


def long_sentences(scope: Scope) -> Iterator[Finding]:
    """Every sentence with more than 40 characters; more than 60 weigh more."""
    for sentence in scope.sentences:
        if len(sentence.text) <= LONG:
            continue
        count = counted(sentence.text)
        if count > LONG:
            rule = "length.very_long" if count > VERY_LONG else "length.long"
            better = _halved(sentence)
            yield Finding(
                rule,
                sentence.start,
                sentence.end,
                sentence.text,
                why(rule, count=count),
                severity(rule),
                better,
            )


def _halved(sentence: Sentence) -> tuple[str, ...]:
    """The sentence with a full stop near its middle, where a new one can begin as it stands."""
    text = sentence.text
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    places = [
        found.start()
        for found in _SPLIT.finditer(text)
        if not any(a < found.start() < b for a, b in quoted)
        and not re.search("如果?|因为|由于|虽然|为了|凡|只要|对于?[^，]*$", text[: found.start()])
    ]
    places = [at for at in places if len(text) * 0.25 < at < len(text) * 0.75]
    if not places:
        return ()
    at = min(places, key=lambda place: abs(place - len(text) / 2))
    return (text[:at] + "。" + text[at + 1 :],)


_ADVERB = (
    "(?:全面|认真|现场|实地|详细|专项|及时|统一|集中|仔细|深入|反复|再次|逐一|重新"
    "|彻底|有效|严格|进一步|联合|多次|适当|大力|依法|抽样|随机|逐户|入户|专题|全额)?(?:[的地](?=[一-龥]))?"
)
_HAN = "一-龥A-Za-z0-9"
_OBJECT = f"(?P<object>[{_HAN}“”《》]{{1,24}}?)"
_LIGHT = "(?P<light>进行|予以|给予|加以|作出|做出|实施|开展)"
# What follows 进行 when it means to go on: 进行中, 进行得顺利, 进行了三轮, 婚礼进行曲.
_GOES_ON = (
    "(?!曲|中|得|到|下去|完|时|式|性|着|的|度|过程|顺利"
    "|[了到]?(?:[0-9一两三四五六七八九十半数几多]|很|整)|到底|到|过|$)"
)
_VERB = (
    f"(?P<adverb>{_ADVERB})(?P<verb>[一-龥]{{2,8}}?)"
    "(?P<shell>处理|工作|活动|作业|行动|操作)?(?=[，。；！？、：\\s]|$|并|后|等|时|，|的)"
)
_WITH_OBJECT = re.compile(
    f"对(?!此|于|应|外|方|象|口|比|照|接|待|面|策|手|立){_OBJECT}(?:要|将|可以?|应当?|已经?|正在|会|都|均|依法|及时|再次|多次|逐一|分别|共同|又|也|随即|立即|进一步){{0,2}}{_LIGHT}(?P<done>了)?{_GOES_ON}{_VERB}"
)
_BARE = re.compile(
    f"(?P<light>进行|予以|给予|加以|作出|做出)(?P<done>了)?{_GOES_ON}(?P<adverb>{_ADVERB})(?P<verb>[一-龥]{{2}})(?P<shell>处理(?!厂|器|中心|站))?"
)
_WORK = re.compile(
    "(?P<light>开展|做好|抓好)(?P<done>了)?(?P<what>[^，。；！？、\\s“”《》]{2,14}?)(?P<shell>工作(?!组|人员|日|会|台|群|单位|站|证|服|室|量|者)|活动(?!中心|室|板房)|作业(?!本|面)|行动(?!不便|计划|方案))"
)
_ROLE = re.compile(
    "起到了?(?P<what>[^，。；！？\\s]{2,14}?)的?作用|发挥了?(?P<more>[^，。；！？\\s]{2,14}?)的?作用"
)


@cache
def verbs() -> dict[str, str]:
    """Verbs that come wrapped; how each takes its object: "" as it is, else a pattern with {} for it."""
    found = {}
    for line in lines("verbs.txt"):
        head, _sep, rest = line.partition("\t")
        if rest:
            found[head] = rest
        else:
            found.update(dict.fromkeys(line.split(), ""))
    return found


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in lines(name) for word in line.split())


def _verb_of(words: str) -> str | None:
    """The verb in the words when all of them are verbs we know: 维修, 维修和更新, 调查核实."""
    parts = re.split("[和与及、]", words)
    known = verbs()
    if all(part in known for part in parts):
        return words
    if len(words) == 4 and words[:2] in known and words[2:] in known:
        return words
    return None


def wrapped_verbs(scope: Scope) -> Iterator[Finding]:
    """Every verb wrapped in another that says nothing."""
    taken = bytearray(len(scope.text))
    for pattern, make in ((_WITH_OBJECT, _with_object), (_WORK, _work), (_BARE, _bare), (_ROLE, _role)):
        for match in pattern.finditer(scope.text):
            start, end = match.span()
            if scope.is_quoted(start, end) or any(taken[start:end]):
                continue
            finding = make(match)
            if finding:
                taken[start:end] = b"\1" * (end - start)
                yield finding


def _made(rule: str, match: re.Match[str], better: tuple[str, ...]) -> Finding:
    return Finding(rule, *match.span(), match[0], why(rule, words=match[0]), severity(rule), better, 0.9)


def _with_object(match: re.Match[str]) -> Finding | None:
    if match["light"] in ("实施", "开展") and not _verb_of(match["verb"]):
        return None
    verb = _verb_of(match["verb"])
    if verb is None:
        return _made("nominal.wrapped", match, ())
    adverb = _bare_adverb(match["adverb"])
    done = "了" if match["done"] else ""
    between = match[0][match.end("object") - match.start() : match.start("light") - match.start()]
    return _made("nominal.wrapped", match, (between + adverb + _said(verb, done, match["object"]),))


def _bare_adverb(adverb: str) -> str:
    """全面的 is 全面 before a verb; 实地 stays what it is."""
    return adverb if adverb.endswith("实地") else adverb.removesuffix("的").removesuffix("地")


def _said(verb: str, done: str, thing: str) -> str:
    frame = verbs().get(verb, "")
    return frame.replace("{}", thing) + done if frame else f"{verb}{done}{thing}"


def _work(match: re.Match[str]) -> Finding | None:
    what, known = match["what"], verbs()
    done = "了" if match["done"] else ""
    if match["light"] in ("做好", "抓好") and (
        match["shell"] != "工作" or re.search("[0-9几]|以下|如下", what)
    ):
        return None
    if what[-2:] in _words("turned.txt") and len(what) > 2 and what[:2] not in known:
        return _made("nominal.work", match, (what[-2:] + done + what[:-2],))
    if what in known and match["light"] == "开展":
        return _made("nominal.work", match, (what + done,))
    return _made("nominal.work", match, (match["light"] + done + what,) if what[-2:] in known else ())


def _bare(match: re.Match[str]) -> Finding | None:
    light, verb = match["light"], match["verb"]
    if light in ("作出", "做出", "给予") and verb not in verbs():
        return None
    done = "了" if match["done"] else ""
    adverb = _bare_adverb(match["adverb"])
    better = (adverb + verb + done,) if verb in verbs() or (not done and _ends_in_verb(match)) else ()
    return _made("nominal.wrapped", match, better)


def _ends_in_verb(match: re.Match[str]) -> bool:
    """Whether what follows is one verb with an adverb of its own (入户检查), so that it stands by itself."""
    rest = re.match("[一-龥]{0,8}", match.string[match.end() : match.end() + 8])
    words = match["verb"] + (rest[0] if rest else "")
    return len(words) == 2 or (len(words) == 4 and words[:2] in verbs() and words[2:] in verbs())


def _role(match: re.Match[str]) -> Finding | None:
    what = match["what"] or match["more"]
    if what.removesuffix("的")[:2] not in verbs():
        return None
    what = what.removesuffix("的")
    done = "了" if "了" in match[0][:4] else ""
    return _made("nominal.work", match, (what[:2] + done + what[2:],))
