"""What is handed to adapters: the words of a release, and of what may become one.

Release and preview are made here by the same lines, so that a preview is exactly what is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.conf import settings

from weiting.channels.ports import Media, Words
from weiting.fediverse import queries as fediverse
from weiting.media import storage
from weiting.posts import passing
from weiting.posts.models import Correction, Issue, Post, Provenance, Revision, RevisionMedia
from weiting.posts.prose import plain, prose_html
from weiting.publishing.models import Act, Release

# The kind of channel on which others' texts are passed on as they are.
FEDIVERSE = "activitypub"


@dataclass(frozen=True)
class Text:
    """What is to be said, before any channel makes its own of it: saved, approved, or just typed.

    `published_at` is the only thing that nobody knows before the release. `correcting` is what a correction says about
    itself; only those who have had the text are told it.
    """

    title: str
    body: str
    url: str
    summary: str = ""
    html: str = ""
    content_hash: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    correcting: str = ""
    published_at: datetime | None = None
    # The address of the original this passes on, where it stands in the fediverse; "" otherwise.
    passes_on: str = ""

    def words(self, kind: str, act: str = Act.SEND) -> Words:
        """Return what a kind of channel is given of it."""
        return Words(
            title=self.title,
            body=self.body,
            html=self.html,
            summary=self.summary,
            url=self.url,
            content_hash=self.content_hash,
            said=str(self.variants.get(kind, "")),
            topics=self.topics,
            media=self.media,
            correcting=self.correcting if act == Act.CORRECT else "",
            published_at=self.published_at,
            passes_on=self.passes_on if kind == FEDIVERSE else "",
        )


def address_of(subject: Post | Issue) -> str:
    """Return the permanent address of a text."""
    base = settings.PUBLIC_URL.rstrip("/")
    return f"{base}/{'i' if isinstance(subject, Issue) else 'p'}/{subject.public_id}/"


def text_of(
    post: Post,
    *,
    title: str,
    body: str,
    summary: str = "",
    variants: Mapping[str, str] | None = None,
    places: Iterable[RevisionMedia] = (),
    topics: Sequence[str] = (),
    content_hash: str = "",
    correction: Correction | None = None,
    published_at: datetime | None = None,
) -> Text:
    """Return what a post says in these words, with these pictures, under the names of these topics."""
    own = [post.column.name] if post.column is not None else []
    return Text(
        title=title,
        body=plain(body),
        html=prose_html(body),
        summary=summary,
        url=address_of(post),
        content_hash=content_hash,
        variants=variants or {},
        topics=(*own, *topics),
        media=tuple(_media(place) for place in places),
        correcting=_about(correction),
        published_at=published_at,
        passes_on=_passed_on(post),
    )


def _passed_on(post: Post) -> str:
    """Return the address of the original a post passes on, when its unit has said it in the fediverse."""
    if post.provenance != Provenance.REPRINTED or post.pk is None:
        return ""
    text = passing.one_text(post.pk)
    source = Post.objects.filter(pk=text.source).first() if text.is_passed_on else None
    url = address_of(source) if source is not None else ""
    return url if url and fediverse.stands(url) else ""


def text_of_revision(
    post: Post,
    revision: Revision,
    *,
    content_hash: str = "",
    correction: Correction | None = None,
    published_at: datetime | None = None,
    places: Iterable[RevisionMedia] | None = None,
    topics: Sequence[str] | None = None,
) -> Text:
    """Return what a saved version says; `places` and `topics` where they have been read already."""
    if places is None:
        places = revision.media.select_related("asset").order_by("position", "pk")
    return text_of(
        post,
        title=revision.title,
        body=revision.body,
        summary=revision.summary,
        variants=revision.variants,
        places=places,
        topics=topics_of(post) if topics is None else topics,
        content_hash=content_hash,
        correction=correction,
        published_at=published_at,
    )


def text_of_issue(issue: Issue, *, content_hash: str = "", published_at: datetime | None = None) -> Text:
    """Return what an issue says: the titles of its articles."""
    titles = [f"{n}. {article.title}" for n, article in enumerate(issue.articles.order_by("position"), 1)]
    return Text(
        title=issue.title,
        body="\n".join(titles),
        html="".join(f"<p>{line}</p>" for line in titles),
        summary="；".join(titles)[:120],
        url=address_of(issue),
        content_hash=content_hash,
        published_at=published_at,
    )


def text_of_release(release: Release) -> Text:
    """Return what a release says; always in the words that were approved."""
    fingerprint, at = release.content_hash, release.released_at
    if release.issue is not None:
        return text_of_issue(release.issue, content_hash=fingerprint, published_at=at)
    if release.revision is None or release.post is None:
        raise AssertionError("the table refuses a release without words")
    return text_of_revision(
        release.post,
        release.revision,
        content_hash=fingerprint,
        correction=release.correction,
        published_at=at,
    )


def words_of(release: Release, kind: str, act: str = Act.SEND) -> Words:
    """Return what a release says, for a kind of channel.

    A correction says what was wrong only where the text went before.
    """
    return text_of_release(release).words(kind, act)


def topics_of(post: Post) -> list[str]:
    """List the names of a post's topics."""
    return list(post.topics.order_by("name").values_list("name", flat=True))


def _about(correction: Correction | None) -> str:
    if correction is None:
        return ""
    return f"更正：{correction.wrong} → {correction.right}。{correction.reason}"


def _media(place: RevisionMedia) -> Media:
    return Media(
        place.asset.kind,
        place.asset.mime,
        place.alt,
        place.asset.original_name,
        f"{settings.PUBLIC_URL.rstrip('/')}{place.asset.url()}",
        place.asset.bytes,
        partial(storage.read, place.asset.master["path"]),
    )
