"""Who passed a text on, when, where, in which words, and whether it still stands; and all of it as one signed document.

The rows are computed each time from the texts, receipts and acts themselves: nothing is typed in or kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from weiting.audit import chain
from weiting.audit.models import Entry, Head
from weiting.core import clock
from weiting.posts.content import content_hash
from weiting.posts.flow import PostState
from weiting.posts.models import Post, RevisionMedia
from weiting.publishing.flow import ReleaseState
from weiting.publishing.models import Act, Receipt, Release
from weiting.relay import proof
from weiting.relay.flow import AskState
from weiting.relay.models import Ask, Call
from weiting.relay.words import address_of, holds_source
from weiting.units.models import Hall

OUT = (PostState.PUBLISHED, PostState.EXPIRED)


class Answer(StrEnum):
    """What a unit's answer amounts to at the moment it is looked at; the words of the document."""

    PASSED_ON = "passed_on"
    OUTDATED = "outdated"
    WITHDRAWN = "withdrawn"
    WAITING = "waiting"
    CLAIMED = "claimed"
    DECLINED = "declined"
    SILENT = "silent"
    OPEN = "open"
    CALLED_OFF = "called_off"


LABELS = {
    Answer.PASSED_ON: _("passed on, still there"),
    Answer.OUTDATED: _("still the words before the correction"),
    Answer.WITHDRAWN: _("taken back"),
    Answer.WAITING: _("accepted, not out yet"),
    Answer.CLAIMED: _("claimed, not seen"),
    Answer.DECLINED: _("declined"),
    Answer.SILENT: _("silent"),
    Answer.OPEN: _("not answered yet"),
    Answer.CALLED_OFF: _("not asked any more"),
}
TONES = {
    Answer.PASSED_ON: "ok",
    Answer.OUTDATED: "soon",
    Answer.WITHDRAWN: "soon",
    Answer.WAITING: "info",
    Answer.CLAIMED: "soon",
    Answer.DECLINED: "",
    Answer.SILENT: "late",
    Answer.OPEN: "info",
    Answer.CALLED_OFF: "",
}


@dataclass(frozen=True)
class Row:
    """One unit's line of the coverage."""

    ask: Ask
    answer: Answer
    url: str = ""
    at: datetime | None = None
    is_late: bool = False
    receipts: Sequence[Receipt] = ()

    @property
    def label(self) -> Any:
        """Return the answer in words."""
        return LABELS[self.answer]

    @property
    def tone(self) -> str:
        """Return the tone of its badge."""
        return TONES[self.answer]


@dataclass(frozen=True)
class Coverage:
    """A call with its rows, the counts of each answer, and the share that passed it on."""

    call: Call
    at: datetime
    rows: Sequence[Row]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """Count the units that were asked and not let off."""
        return len(self.rows) - self.counts[Answer.CALLED_OFF]

    @property
    def percent(self) -> str:
        """Return the share that passed it on, in percent with two places, rounded down."""
        return proof.percent(self.counts[Answer.PASSED_ON], self.asked)

    def of(self, *answers: str) -> list[Row]:
        """List the rows with one of these answers."""
        return [row for row in self.rows if row.answer in answers]

    @property
    def rest(self) -> list[tuple[str, str, int]]:
        """List the other answers that occur with their tone and number, for a line of figures."""
        others = [each for each in Answer if each != Answer.PASSED_ON and self.counts[each]]
        return [(TONES[each], str(LABELS[each]), self.counts[each]) for each in others]


def cover(call: Call) -> Coverage:
    """Look at every unit's answer now: three questions whatever the number of units."""
    asks = list(
        call.asks.select_related("unit", "post__live", "answered_by")
        .prefetch_related(Prefetch("post__live__media", RevisionMedia.objects.select_related("asset")))
        .order_by("unit__path", "pk")
    )
    for ask in asks:
        ask.call = call
    receipts: defaultdict[int, list[Receipt]] = defaultdict(list)
    found = Receipt.objects.filter(
        delivery__release__post__in=[ask.post_id for ask in asks if ask.post_id], delivery__act=Act.SEND
    )
    for receipt in found.select_related("delivery__release", "delivery__connection__account__holder__person"):
        receipts[receipt.delivery.release.post_id or 0].append(receipt)
    now = clock.now()
    rows = [_row(call, ask, receipts.get(ask.post_id or 0, []), now) for ask in asks]
    counts = {each: sum(row.answer == each for row in rows) for each in Answer}
    return Coverage(call, now, rows, {str(key): n for key, n in counts.items()})


def _row(call: Call, ask: Ask, receipts: Sequence[Receipt], now: datetime) -> Row:
    if ask.state == AskState.DECLINED:
        return Row(ask, Answer.DECLINED)
    if ask.state == AskState.CALLED_OFF:
        return Row(ask, Answer.CALLED_OFF)
    if ask.state == AskState.ASKED:
        return Row(ask, Answer.SILENT if call.due_at <= now else Answer.OPEN)
    live = call.post.live
    is_same = live is not None and live.content_hash == ask.source_hash and call.post.state in OUT
    if ask.by_system:
        at, url = ask.claimed_at, ask.claimed_url
        answer = Answer.CLAIMED if ask.seen_at is None else Answer.PASSED_ON if is_same else Answer.OUTDATED
    else:
        post = ask.post
        if post is None or post.published_at is None:
            return Row(ask, Answer.WAITING)
        at, url = post.published_at, address_of(post)
        # What stands in the row is hashed anew: a hash that was only kept would prove nothing.
        if post.state not in OUT or not _holds(call, post):
            answer = Answer.WITHDRAWN
        else:
            answer = Answer.PASSED_ON if is_same else Answer.OUTDATED
    return Row(ask, answer, url, at, at is not None and at > call.due_at, receipts)


def _holds(call: Call, post: Post) -> bool:
    """Say whether a unit's text is the one that was released, byte for byte, and still names the original."""
    version, source = post.live, call.post.live
    if version is None or source is None:
        return False
    if content_hash(version, post, list(version.media.all())) != version.content_hash:
        return False
    return holds_source(version.body, call.post, source.title)


# The document.

ABOUT_CALL = ("relay.",)
RELEASE = "publishing.release.release"


def document(call: Call, seen: Coverage | None = None) -> dict[str, Any]:
    """Return the coverage of a call with the audit's entries it rests on, ready to be signed."""
    seen = seen or cover(call)
    entries = list(
        Entry.objects.filter(subject_type=call._meta.label_lower, subject_id=str(call.pk)).order_by("seq")
    )
    releases = _releases(seen.rows)
    out = {each.public_id for some in releases.values() for each in some}
    posts = [str(row.ask.post_id) for row in seen.rows if row.ask.post_id]
    about_posts = Entry.objects.filter(
        verb=RELEASE, subject_type__in=["posts.post", "posts.correction"], facts__release__in=sorted(out)
    )
    entries += list(about_posts.order_by("seq")) if posts else []
    entries.sort(key=lambda each: each.seq)
    at_of = {
        str(each.facts.get("release")): chain.moment(each.at) for each in entries if each.verb == RELEASE
    }
    answered = _answered_at(entries)
    opened = next((each for each in entries if each.verb == "relay.call.open"), None)
    live = call.post.live
    hall = Hall.objects.filter(is_main=True).first()
    return {
        "format": proof.FORMAT,
        "hall": {"name": hall.name if hall else "", "url": settings.PUBLIC_URL.rstrip("/")},
        "call": {
            "id": call.public_id,
            "unit": call.unit.public_id,
            "unit_name": call.unit.short_name,
            "reason": call.reason,
            "line": call.line,
            "opened_at": chain.moment(opened.at if opened else call.opened_at),
            "opened_hash": call.content_hash,
            "due_at": chain.moment(call.due_at),
            "state": call.state,
            "state_reason": call.state_reason,
            "required_by": call.required_by,
            "required_number": call.required_number,
            "exempt_reason": call.exempt_reason,
        },
        "source": {
            "post": call.post.public_id,
            "url": address_of(call.post),
            "unit": call.post.unit.public_id,
            "title": live.title if live else "",
            "hash": live.content_hash if live else "",
            "state": call.post.state,
        },
        "made_at": chain.moment(seen.at),
        "units": sorted(
            (_said(row, releases.get(row.ask.post_id or 0, []), at_of, answered) for row in seen.rows),
            key=lambda each: str(each["unit"]),
        ),
        "counts": {**seen.counts, "asked": seen.asked},
        "percent": seen.percent,
        "entries": [_entry(each) for each in entries],
        "chain": _chain(),
    }


def _releases(rows: Iterable[Row]) -> dict[int, list[Release]]:
    found: defaultdict[int, list[Release]] = defaultdict(list)
    posts = [row.ask.post_id for row in rows if row.ask.post_id]
    out = Release.objects.filter(post__in=posts, state=ReleaseState.RELEASED).order_by("released_at", "pk")
    for release in out:
        found[release.post_id or 0].append(release)
    return found


def _answered_at(entries: Iterable[Entry]) -> dict[str, str]:
    """Map each answer to the time of the entry that records it; one asked again has none until it answers anew."""
    found: dict[str, str] = {}
    for each in entries:
        key = str(each.facts.get("ask", ""))
        if each.verb in proof.ANSWERING:
            found[key] = chain.moment(each.at)
        elif each.verb == "relay.ask.ask_again":
            found.pop(key, None)
    return found


def _said(
    row: Row, releases: Sequence[Release], at_of: dict[str, str], answered: dict[str, str]
) -> dict[str, Any]:
    ask = row.ask
    return {
        "ask": ask.public_id,
        "unit": ask.unit.public_id,
        "name": ask.unit.short_name,
        "answer": str(row.answer),
        "answered_at": answered.get(ask.public_id, ""),
        "by": ask.answered_by.name if ask.answered_by else "",
        "by_system": ask.by_system,
        "line": ask.line,
        "reason": ask.reason,
        "url": row.url,
        "source_hash": ask.source_hash,
        "claimed_at": chain.moment(ask.claimed_at) if ask.claimed_at else "",
        "seen": ask.seen_at is not None,
        "stands": row.answer in {Answer.PASSED_ON, Answer.OUTDATED},
        "late": row.is_late,
        "releases": [
            {"release": each.public_id, "at": at_of.get(each.public_id, ""), "hash": each.content_hash}
            for each in releases
        ],
        "places": [
            {
                "channel": each.delivery.connection.kind,
                "name": each.delivery.connection.name,
                "url": each.url,
                "at": chain.moment(each.at),
                "digest": each.digest,
                "standing": each.standing,
                "checked_at": chain.moment(each.checked_at) if each.checked_at else "",
            }
            for each in row.receipts
        ],
    }


def _entry(row: Entry) -> dict[str, Any]:
    link = row.link()
    return {
        "entry": dict(link.content),
        "prev_sha256": link.previous.sha256.hex(),
        "sha256": link.own.sha256.hex(),
    }


def _chain() -> dict[str, Any]:
    last = Entry.objects.order_by("-seq").first()
    head = Head.objects.order_by("-day").first()
    return {
        "seq": last.seq if last else 0,
        "sha256": bytes(last.sha256).hex() if last else "",
        "head_day": head.day.isoformat() if head else "",
        "head_seq": head.seq if head else 0,
        "head_sha256": bytes(head.sha256).hex() if head else "",
        "head_printed": head.short if head else "",
    }
