"""What a version holds: which words may stand in it, and the canonical form and hash that approval is bound to."""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from weiting.posts.models import Issue, Post, Revision, RevisionMedia

# The fields of a revision that an editor writes; saving, copying, comparing and hashing go by this one list.
FIELDS = (
    "title",
    "summary",
    "body",
    "variants",
    "fact_source",
    "fact_number",
    "fact_on",
    "fact_contact",
    "fact_next_at",
)

LONGEST = {
    "title": 120,
    "summary": 300,
    "body": 20_000,
    "fact_source": 120,
    "fact_number": 60,
    "fact_contact": 120,
}
# Those that stand on one line, and those of a version in which words can be wrong.
LINES = frozenset({"title", "fact_source", "fact_number", "fact_contact"})
WORDS = ("title", "summary", "body", "fact_source", "fact_number", "fact_contact")

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# NUL and halves of a surrogate pair the database refuses; control characters nobody sees; and the marks that
# turn the direction of what follows, with which a text can be made to read other than it is stored. Joiners,
# which emoji and Uyghur need, and the plain left-to-right and right-to-left marks stay.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# What a better wording leaves for the writer to fill in.
FILL = re.compile("〔待填：[^〕\n]{1,30}〕")
BLANK = re.compile(r"\{[^{}\n]{1,20}\}|[_＿]{3,}")


def clean(text: str, *, is_line: bool = False) -> str:
    """Return what was typed without what nobody typed: one kind of line break, no invisible controls."""
    text = _UNWANTED.sub("", _BREAKS.sub("\n", text))
    return " ".join(text.split("\n")).strip() if is_line else text


def words_of(revision: Revision) -> list[str]:
    """List a version's texts: title, summary, body and fact box."""
    return [getattr(revision, name) for name in WORDS]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # The same moment reads +08:00 when it was just typed and +00:00 when it comes from the database.
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _digest(form: dict[str, Any]) -> str:
    text = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(
    revision: Revision, post: Post | None = None, media: Sequence[RevisionMedia] | None = None
) -> str:
    """Return the SHA-256 (hex) of all a reader of this version sees: words, facts, media, column, class, origin.

    Topics are not part of it: a hall editor may file a public post under one more topic without a new review.
    `media` are the version's places in order where they are in hand already.
    """
    post = post or revision.post
    if media is None:
        media = list(revision.media.select_related("asset").order_by("position", "pk"))
    form: dict[str, Any] = {name: _plain(getattr(revision, name)) for name in FIELDS}
    form["media"] = [[place.asset.public_id, place.alt, place.caption] for place in media]
    form["post"] = [
        post.public_id,
        post.unit_id,
        post.column_id,
        post.klass,
        post.purpose,
        post.provenance,
        post.source_name,
        post.source_url,
    ]
    if post.signers:
        form["signers"] = list(post.signers)
    return _digest(form)


def issue_hash(issue: Issue) -> str:
    """Return the SHA-256 (hex) of an issue: its number, title, cover and every article in order."""
    return _digest(
        {
            "issue": [issue.public_id, issue.number, issue.title, issue.cover_alt],
            "cover": issue.cover.public_id if issue.cover else "",
            "articles": [
                [a.post.public_id, a.topic.slug if a.topic else "", a.title, a.digest]
                for a in issue.articles.select_related("post", "topic").order_by("position")
            ],
        }
    )
