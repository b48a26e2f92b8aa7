"""What is handed to adapters: the words of a release."""

from functools import partial

from django.conf import settings

from weiting.channels.ports import Media, Words
from weiting.media import storage
from weiting.posts.models import Issue, Revision
from weiting.posts.prose import plain, prose_html
from weiting.publishing.models import Act, Release


def address_of(release: Release) -> str:
    """Return the permanent address of what was released."""
    base = settings.PUBLIC_URL.rstrip("/")
    if release.issue is not None:
        return f"{base}/i/{release.issue.public_id}/"
    return f"{base}/p/{release.post.public_id}/" if release.post is not None else base


def words_of(release: Release, kind: str, act: str = Act.SEND) -> Words:
    """Return what a release says, for a kind of channel; always in the words that were approved.

    A correction says what was wrong only where the text went before.
    """
    if release.issue is not None:
        return _of_issue(release.issue, release)
    revision = release.revision
    if revision is None:
        raise AssertionError("the table refuses a release without words")
    correction = release.correction
    correcting = ""
    if correction is not None and act == Act.CORRECT:
        correcting = f"更正：{correction.wrong} → {correction.right}。{correction.reason}"
    return Words(
        title=revision.title,
        body=plain(revision.body),
        html=prose_html(revision.body),
        summary=revision.summary,
        url=address_of(release),
        content_hash=release.content_hash,
        said=str(revision.variants.get(kind, "")),
        topics=_topics(release),
        media=_media(revision),
        correcting=correcting,
        published_at=release.released_at,
    )


def _of_issue(issue: Issue, release: Release) -> Words:
    titles = [f"{n}. {article.title}" for n, article in enumerate(issue.articles.order_by("position"), 1)]
    return Words(
        title=issue.title,
        body="\n".join(titles),
        html="".join(f"<p>{line}</p>" for line in titles),
        summary="；".join(titles)[:120],
        url=address_of(release),
        content_hash=release.content_hash,
        published_at=release.released_at,
    )


def _topics(release: Release) -> tuple[str, ...]:
    if release.post is None:
        return ()
    own = [release.post.column.name] if release.post.column else []
    return (*own, *release.post.topics.order_by("name").values_list("name", flat=True))


def _media(revision: Revision) -> tuple[Media, ...]:
    base = settings.PUBLIC_URL.rstrip("/")
    return tuple(
        Media(
            place.asset.kind,
            place.asset.mime,
            place.alt,
            place.asset.original_name,
            f"{base}{place.asset.url()}",
            place.asset.bytes,
            partial(storage.read, place.asset.master["path"]),
        )
        for place in revision.media.select_related("asset").order_by("position", "pk")
    )
