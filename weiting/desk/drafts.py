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
from weiting.publishing import previews
from weiting.publishing.delivery import texts
from weiting.publishing.destinations import Choice
from weiting.publishing.models import Release
from weiting.publishing.previews import Preview

# Reading speed in characters a minute, for "read in about".
A_MINUTE = 400
_PARTS = ("title", "body", "summary")


@dataclass
class Draft:
    """A text as it would be sent: what the previews are made from, saved or not.

    `described` holds descriptions and captions that were typed and not saved, by the names of their fields;
    `channels` where it may go and whether it is to, `topics` the names it is filed under.
    """

    post: Post
    title: str = ""
    body: str = ""
    summary: str = ""
    variants: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    media: Sequence[RevisionMedia] = ()
    described: Mapping[str, str] = field(default_factory=dict)
    written: date | None = None
    channels: Sequence[Choice] = ()
    topics: Sequence[str] | None = None

    @cached_property
    def previews(self) -> list[Preview]:
        """Render what each channel that is chosen would be sent."""
        chosen = [each.connection for each in self.channels if each.is_on]
        if not chosen:
            return []
        if self.topics is None:
            self.topics = texts.topics_of(self.post)
        return previews.previews(
            chosen,
            texts.text_of(
                self.post,
                title=self.title,
                body=self.body,
                summary=self.summary,
                variants=self.variants,
                places=[self._described(place) for place in self.media],
                topics=self.topics,
            ),
        )

    def _described(self, place: RevisionMedia) -> RevisionMedia:
        place.alt = self.described.get(f"alt-{place.asset.public_id}", place.alt)
        return place

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
        said = {name: str(getattr(self, name)) for name in _PARTS} | self.variants
        said |= {name: str(self.facts.get(name) or "") for name in FACTS if name in content.WORDS}
        for place in self.media:
            key = place.asset.public_id
            for name, saved in ((f"alt-{key}", place.alt), (f"caption-{key}", place.caption)):
                said[name] = self.described.get(name, saved)
        said["source_name"] = self.post.source_name
        # As the action will save it: places are counted in what the writer's page shows, line for line.
        cleaned = {name: content.clean(text, is_line=name in content.LINES) for name, text in said.items()}
        return [Part(name, text) for name, text in cleaned.items() if text.strip()]


def draft_of(
    post: Post, revision: Revision, *, plan: Release | None = None, channels: Sequence[Choice] = ()
) -> Draft:
    """Return a saved version as the channels would show it."""
    return Draft(
        post,
        revision.title,
        revision.body,
        revision.summary,
        dict(revision.variants),
        {name: getattr(revision, name) for name in FACTS},
        places_of(revision),
        written=_day(post, plan),
        channels=channels,
    )


def draft_typed(
    post: Post,
    words: WordsForm,
    arrange: ArrangeForm,
    submit: SubmitForm | None = None,
    *,
    plan: Release | None = None,
    channels: Sequence[Choice] = (),
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
        channels=channels,
        topics=[str(each) for each in arrange.cleaned_data.get("topics") or ()],
        variants=words.variants(),
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
