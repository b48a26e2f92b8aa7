"""What is personal in the words that go out: where it stands, what it is known by, and how it is shown.

Nothing is asked of the database here but the telephones and mailboxes that are public anyway.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiting.posts.models import Correction, Issue, OwnWord, Post, Revision, RevisionMedia
from weiting.text import personal
from weiting.text.finding import Finding, Message
from weiting.units.models import Hall, Unit

LIST = "personal.list"
SHOWN_MOST = 120
_PARTS_OF_CONTACT = re.compile(r"[、，,;；/|\s]+")
_MAILBOX = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}", re.ASCII)

# What the writer's page calls its fields; pictures are named by the file that is described.
LABELS: dict[str, Promise] = {
    "title": _("title"),
    "body": _("text"),
    "summary": _("summary"),
    "weibo": _("wording for Weibo"),
    "wechat": _("wording for WeChat"),
    "fact_source": _("source of the facts"),
    "fact_number": _("document number"),
    "fact_contact": _("whom to call"),
    "source_name": _("source"),
    "alt": _("description of a picture"),
    "caption": _("caption"),
    "wrong": _("what was wrong"),
    "right": _("what is right"),
    "reason": _("why"),
    "cover_alt": _("cover described"),
    "articles": _("articles"),
}

# The words an article carries in an issue; their fields are named by the post.
ARTICLE = ("title", "digest")


@dataclass(frozen=True, slots=True)
class Part:
    """One text that goes out, and the field of the writer's page it stands in."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known around a text: telephones and mailboxes everybody may use, never findings; and of which state the
    city's own words are, so that a kept lexicon can be seen to be old.
    """

    numbers: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: text[start:end] of a field."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Concern:
    """Words that name or lead to a person. The same words in several places are one concern.

    `shown` is how they may be written where others read it; `better` what fits in their place.
    """

    rule: str
    words: str
    shown: str
    better: tuple[str, ...]
    why: Message
    fingerprint: str
    places: tuple[Place, ...]


def label_of(field: str) -> str:
    """Return what a field is called in a sentence."""
    first, _dash, last = field.partition("-")
    return str(LABELS.get(first) or (LABELS["articles"] if last in ARTICLE else field))


def parts_of(
    revision: Revision,
    post: Post | None = None,
    correction: Correction | None = None,
    media: Iterable[RevisionMedia] | None = None,
) -> list[Part]:
    """List every text of a version that goes out: words, wordings of channels, fact box, pictures, source.

    With `correction` also what it says about itself, which stands on the public page. `media` are the version's
    own, of a page that has read them.
    """
    names = ("title", "body", "summary", "fact_source", "fact_number", "fact_contact")
    found = [Part(name, getattr(revision, name)) for name in names]
    found += [Part(channel, words) for channel, words in revision.variants.items()]
    for place in revision.media.select_related("asset") if media is None else media:
        key = place.asset.public_id
        found += [Part(f"alt-{key}", place.alt), Part(f"caption-{key}", place.caption)]
    if post is not None:
        found.append(Part("source_name", post.source_name))
    if correction is not None:
        found += [Part(name, getattr(correction, name)) for name in ("wrong", "right", "reason")]
    return [part for part in found if part.text.strip()]


def parts_of_issue(issue: Issue) -> list[Part]:
    """List the words that are an issue's own; its articles' texts have been through review by themselves."""
    found = [Part("title", issue.title), Part("cover_alt", issue.cover_alt)]
    rows = issue.articles.order_by("position").values_list("post__public_id", *ARTICLE)
    for key, *words in rows:
        found += [Part(f"{key}-{name}", text) for name, text in zip(ARTICLE, words, strict=True)]
    return [part for part in found if part.text.strip()]


def known(said: str = "") -> Known:
    """Return the numbers and mailboxes of the units and halls, and those a fact box `said` whom to call.

    One question of the database for all of it: every page with a text asks.
    """
    phones = Unit.objects.filter(closed_on__isnull=True).exclude(phone="").order_by()
    halls = Hall.objects.order_by()
    rows = (
        phones.annotate(what=Value("contact"))
        .values_list("phone", "what")
        .union(
            halls.annotate(what=Value("contact")).values_list("phone", "what"),
            halls.annotate(what=Value("contact")).values_list("email", "what"),
            _state_of_words(),
        )
    )
    words, lines = "", [said]
    for text, what in rows:
        if what == "words":
            words = text
        else:
            lines.append(text)
    pieces = [piece for line in lines for piece in (line, *_PARTS_OF_CONTACT.split(line))]
    return Known(
        frozenset(piece for piece in pieces if 3 <= sum(map(str.isdigit, piece)) <= 16),
        frozenset(box for line in lines for box in _MAILBOX.findall(line)),
        words,
    )


def _state_of_words() -> "QuerySet[OwnWord, tuple[str, str]]":
    """One row that changes with every change of a word; none while the city has no words of its own."""
    state = Concat(
        Cast(Max("changed_at"), TextField()),
        Value(" "),
        Cast(Count("pk"), TextField()),
        output_field=TextField(),
    )
    grouped = OwnWord.objects.order_by().annotate(what=Value("words")).values("what")
    return grouped.annotate(state=state).values_list("state", "what")


def look_through(parts: Sequence[Part], known: Known) -> list[tuple[Part, list[Finding]]]:
    """Return each part with what is personal in it."""
    return [(part, personal.check(part.text, known.numbers, known.mailboxes)) for part in parts]


def concerns_in(checked: Iterable[tuple[Part, Sequence[Finding]]]) -> list[Concern]:
    """Return what needs a person's decision: the grave findings, a list of people as one, the same words as one."""
    found: dict[tuple[str, str], Concern] = {}
    for part, findings in checked:
        grave = [each for each in findings if each.family == "personal" and each.severity == "must"]
        lists = [each for each in grave if each.rule == LIST]
        for each in grave:
            if each.rule != LIST and any(_holds(whole, each) for whole in lists):
                continue
            concern = _concern(part.field, each, grave)
            key = (concern.rule, concern.fingerprint)
            if held := found.get(key):
                places = (*held.places, *concern.places)
                concern = Concern(
                    held.rule, held.words, held.shown, held.better, held.why, held.fingerprint, places
                )
            found[key] = concern
    return list(found.values())


def _holds(whole: Finding, part: Finding) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _concern(field: str, finding: Finding, beside: Sequence[Finding]) -> Concern:
    better = finding.better
    if finding.rule == LIST:
        better = (_masked_list(finding, beside),)
    # Where the better wording leaves the words out, or gives none, nothing of them is shown.
    shown = " ".join(better[0].split()) if better and better[0].strip() else "●" * min(len(finding.words), 8)
    if len(shown) > SHOWN_MOST:
        shown = shown[: SHOWN_MOST - 1] + "…"
    return Concern(
        finding.rule,
        finding.words,
        shown,
        better,
        finding.why,
        fingerprint(finding.rule, finding.words),
        (Place(field, finding.start, finding.end),),
    )


def _masked_list(whole: Finding, beside: Sequence[Finding]) -> str:
    parts, at = [], whole.start
    for each in sorted(beside, key=lambda each: each.start):
        if each.rule == LIST or not each.better or not _holds(whole, each) or each.start < at:
            continue
        parts += [whole.words[at - whole.start : each.start - whole.start], each.better[0]]
        at = each.end
    return "".join([*parts, whole.words[at - whole.start :]])


def fingerprint(rule: str, words: str) -> str:
    """Return what a decision knows the words by: a keyed digest, so that the number cannot be found by trying.

    However they are spaced or typed, the same words have one.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", words).upper() if sign.isalnum())
    return salted_hmac(f"posts.decision.{rule}", plain, algorithm="sha256").hexdigest()


def masked(text: str) -> str:
    """Return a text as it may be kept where more people read than the text itself has readers."""
    return personal.mask(text)
