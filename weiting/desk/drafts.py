"""A text as it would be sent, saved or just typed: what the previews, the counters and the checks are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from weiting.core import clock
from weiting.desk import findings
from weiting.desk.findings import Sheet
from weiting.desk.forms.compose import FACTS, ArrangeForm, SubmitForm, WordsForm
from weiting.posts import content
from weiting.posts.concerns import Part
from weiting.posts.models import Post, Revision, RevisionMedia
from weiting.posts.prose import plain
from weiting.publishing.models import Release
from weiting.text import lengths
from weiting.text.lengths import Length

# Reading speed in characters a minute, for "read in about".
A_MINUTE = 400
DIGEST_MOST = 100
_PARTS = ("title", "body", "summary", "weibo", "wechat")


@dataclass
class Draft:
    """A text as it would be sent: what the previews are made from, saved or not.

    `described` holds descriptions and captions that were typed and not saved, by the names of their fields.
    """

    post: Post
    title: str = ""
    body: str = ""
    summary: str = ""
    weibo: str = ""
    wechat: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    media: Sequence[RevisionMedia] = ()
    described: Mapping[str, str] = field(default_factory=dict)
    written: date | None = None

    @property
    def digest(self) -> str:
        """Return the summary, or the beginning of the text."""
        return self.summary.strip() or _shorten(plain(self.body), DIGEST_MOST)

    @property
    def weibo_text(self) -> str:
        """Return what goes to Weibo: the wording made for it, or title and summary."""
        if self.weibo.strip():
            return self.weibo.strip()
        return (f"【{self.title.strip()}】" if self.title.strip() else "") + self.digest

    @cached_property
    def weibo_length(self) -> Length:
        """Count as Weibo does."""
        return lengths.count(self.weibo_text, "weibo")

    @property
    def wechat_text(self) -> str:
        """Return the digest WeChat shows in a list."""
        return self.wechat.strip() or lengths.shortened(self.digest, "wechat_digest")

    @cached_property
    def wechat_length(self) -> Length:
        """Count as WeChat does."""
        return lengths.count(self.wechat_text, "wechat_digest")

    @property
    def cover(self) -> RevisionMedia | None:
        """Return the first picture."""
        return next((place for place in self.media if place.asset.kind == "picture"), None)

    @property
    def seconds(self) -> int:
        """Return about how long it takes to read."""
        return max(10, round(len(plain(self.body)) * 60 / A_MINUTE / 10) * 10)

    @cached_property
    def sheet(self) -> Sheet:
        """Check the words, once for a page."""
        contact = str(self.facts.get("fact_contact") or "")
        return findings.sheet_for(self.post, self._parts(), contact, written=self.written or clock.today())

    def _parts(self) -> list[Part]:
        texts = {name: str(getattr(self, name)) for name in _PARTS}
        texts |= {name: str(self.facts.get(name) or "") for name in FACTS if name in content.WORDS}
        for place in self.media:
            key = place.asset.public_id
            for name, saved in ((f"alt-{key}", place.alt), (f"caption-{key}", place.caption)):
                texts[name] = self.described.get(name, saved)
        texts["source_name"] = self.post.source_name
        # As the action will save it: places are counted in what the writer's page shows, line for line.
        cleaned = {name: content.clean(text, is_line=name in content.LINES) for name, text in texts.items()}
        return [Part(name, text) for name, text in cleaned.items() if text.strip()]


def _shorten(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def draft_of(post: Post, revision: Revision, *, plan: Release | None = None) -> Draft:
    """Return a saved version as the channels would show it."""
    return Draft(
        post,
        revision.title,
        revision.body,
        revision.summary,
        revision.variants.get("weibo", ""),
        revision.variants.get("wechat", ""),
        {name: getattr(revision, name) for name in FACTS},
        places_of(revision),
        written=_day(post, plan),
    )


def draft_typed(
    post: Post,
    words: WordsForm,
    arrange: ArrangeForm,
    submit: SubmitForm | None = None,
    *,
    plan: Release | None = None,
) -> Draft:
    """Return what has been typed and not saved as the channels would show it; the post in hand is arranged so."""
    words.is_valid()
    arrange.is_valid()
    for name, value in arrange.arranged().items():
        if name != "topics":
            setattr(post, name, value)
    # A field that was refused has no cleaned value; what was typed in it is shown and checked all the same.
    typed = {name: words.data.get(name, "") for name in (*_PARTS, *content.WORDS)}
    said = {**typed, **words.cleaned_data}
    wished = submit.moment() if submit is not None and submit.is_valid() else None
    return Draft(
        post,
        facts={name: said.get(name) for name in FACTS},
        media=places_of(post.working) if post.working else [],
        described={name: text for name, text in words.data.items() if name.startswith(("alt-", "caption-"))},
        written=clock.local(wished).date() if wished else _day(post, plan),
        **{name: said.get(name, "") for name in _PARTS},
    )


def _day(post: Post, plan: Release | None) -> date:
    """Return the day the words are read from: when it is to go out, as far as that is known, or today."""
    now = clock.now()
    moment = plan.due_at if plan is not None else post.embargo_until
    return clock.local(moment if moment is not None and moment > now else now).date()


def places_of(revision: Revision) -> list[RevisionMedia]:
    """List the media of a version in order, with their assets."""
    return list(revision.media.select_related("asset__poster").order_by("position", "pk"))
