"""Runs the families of the check over a text, for a post or for an answer."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Literal, get_args

from weiting.text.finding import Finding, in_order
from weiting.text.plain import abbreviations, actors, lead, promises, shape
from weiting.text.plain.patterns import Hit, phrases
from weiting.text.plain.rules import POSTS_ONLY, severity, why
from weiting.text.plain.scope import Scope, touches

Profile = Literal["post", "answer"]
# What a person can still use: a text with more of one kind is written anew, not mended.
MOST_OF_A_FAMILY = 500
PROFILES: tuple[Profile, ...] = get_args(Profile)
_YOU = re.compile("你(?!好|们好|追我|来我往)")


_NEW_SUBJECT = re.compile(
    "(?!立|派|安排|组织|责|要求|召|联合|会同|对|将|把|在|迅速|及时|已|把|为|向|到)"
    "(?:[一-龥]{0,4}(?:局|委|办|队|中心|领导|公司|镇|县|市|街道|社区|书记|长)|[0-9一二三四五六七八九十]{1,3}[台个名支辆]|我们)"
)


def _begins_anew(text: str, hit: Hit) -> bool:
    """Whether a clause would be left out whose subject the next one does not share: 他现场指挥，四台泵车…"""
    return hit.better == ("",) and text[hit.end - 1] == "，" and bool(_NEW_SUBJECT.match(text, hit.end))


def _from_list(name: str) -> Callable[[Scope], Iterator[Finding]]:
    def find(scope: Scope) -> Iterator[Finding]:
        for hit in phrases(name).find(scope.text):
            if not scope.is_quoted(hit.start, hit.end):
                words = scope.text[hit.start : hit.end]
                better = () if _begins_anew(scope.text, hit) else hit.better
                reason, grave = why(hit.rule, words=words), severity(hit.rule)
                yield Finding(hit.rule, hit.start, hit.end, words, reason, grave, better)

    return find


# Said of the reader these words talk down; said of others they may be the plain truth.
_OF_THE_READER = ("毫无根据", "子虚乌有", "无稽之谈", "信口开河")
_READER = re.compile("[你您]|反映|投诉|举报|来信|信访|留言|群众|居民|业主|网友")


def _is_meant(scope: Scope, finding: Finding) -> bool:
    if not any(words in finding.words for words in _OF_THE_READER):
        return True
    return bool(_READER.search(scope.around(finding.start, 40)))


def _condescension(scope: Scope, profile: Profile) -> Iterator[Finding]:
    yield from (each for each in _from_list("condescension.txt")(scope) if _is_meant(scope, each))
    if profile == "answer":
        for match in _YOU.finditer(scope.text):
            if not scope.is_quoted(*match.span()):
                rule = "condescension.you"
                yield Finding(rule, *match.span(), match[0], why(rule), severity(rule), ("您",))


def _blank(scope: Scope) -> Iterator[Finding]:
    for start, end in scope.fills:
        words = scope.text[start:end]
        yield Finding("blank.unfilled", start, end, words, why("blank.unfilled", words=words), "must")


_FAMILIES: dict[str, Callable[[Scope, Profile], Iterable[Finding]]] = {
    "officialese": lambda scope, _profile: _from_list("officialese.txt")(scope),
    "promise": lambda scope, _profile: promises.find(scope),
    "actor": lambda scope, _profile: actors.find(scope),
    "lead": lambda scope, profile: lead.find(scope) if profile == "post" else (),
    "length": lambda scope, _profile: shape.long_sentences(scope),
    "nominal": lambda scope, _profile: shape.wrapped_verbs(scope),
    "abbreviation": lambda scope, _profile: abbreviations.find(scope),
    "condescension": _condescension,
    "blank": lambda scope, _profile: _blank(scope),
}


def check(text: str, profile: Profile = "post", *, families: Iterable[str] = ()) -> list[Finding]:
    """What could be said more plainly, in the order of the text; `families` limits it to these.

    Raises KeyError for a family that is not known.
    """
    scope = Scope(text)
    found: list[Finding] = []
    for family in tuple(families) or _FAMILIES:
        found.extend(islice(_FAMILIES[family](scope, profile), MOST_OF_A_FAMILY))
    # A wording of ours waits to be filled in: what it says inside is not the writer's.
    kept = (f for f in found if f.family in ("blank", "length", "lead") or not _inside(scope.fills, f))
    return in_order(each for each in kept if profile == "post" or each.rule not in POSTS_ONLY)


def _inside(spans: list[tuple[int, int]], finding: Finding) -> bool:
    return touches(spans, finding.start, finding.end)
