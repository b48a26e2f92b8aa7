"""Comments at a passage: written against exact words, settled by whoever has dealt with them."""

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.review import queries, subjects
from weiting.review.flow import RoundState
from weiting.review.models import Remark, Round

FIELDS = ("title", "summary", "body")
QUOTE_MOST = 300


@action
def remark(
    round_: Round,
    *,
    by: Person,
    text: str,
    field: str = "body",
    start: int | None = None,
    end: int | None = None,
    quote: str = "",
) -> Remark:
    """Write a comment at a passage, or on the whole text when no passage is named.

    Raises Invalid when the comment is empty or the quote is not what stands there, Conflict when the round is over.
    """
    _require_reader(round_, by)
    if round_.state != RoundState.OPEN:
        raise Conflict(_("This review has ended; comments belong to the next one."), code="round_closed")
    text = text.strip()
    if not text or len(text) > 500:
        sentence = _("Write a comment of 1 to 500 characters.")
        raise Invalid(sentence, fields={"text": [sentence]})
    if start is not None:
        _require_passage(round_, field, start, end, quote)
    made = Remark.objects.create(
        round=round_,
        revision=round_.revision,
        field=field if field in FIELDS else "body",
        start=start,
        end=end if start is not None else None,
        quote=quote[:QUOTE_MOST] if start is not None else "",
        text=text,
        by=by,
    )
    audit.record(
        "review.remark.write",
        by=by,
        subject=subjects.subject_of(round_),
        unit=round_.unit,
        round=round_.public_id,
        remark=made.pk,
    )
    return made


def _require_reader(round_: Round, by: Person) -> None:
    """Let authors in as well: an answer to a comment is a comment."""
    if by.pk in round_.authors or queries.sees(by, round_):
        return
    raise NotFound(_("This page does not exist, or it is not for you."))


def _require_passage(round_: Round, field: str, start: int, end: int | None, quote: str) -> None:
    if round_.revision is None or field not in FIELDS:
        raise Invalid(_("A passage can be marked in the title, the summary or the text of a post."))
    words = getattr(round_.revision, field)
    if (
        end is None
        or not 0 <= start < end <= len(words)
        or words[start:end][:QUOTE_MOST] != quote[:QUOTE_MOST]
    ):
        raise Invalid(_("The marked passage is not in this version. Mark it again."), code="passage")


@action
def settle_remark(remark_: Remark, *, by: Person) -> Remark:
    """Note that a comment has been dealt with; doing it twice changes nothing."""
    round_ = remark_.round
    _require_reader(round_, by)
    changed = Remark.objects.filter(pk=remark_.pk, settled_at__isnull=True).update(
        settled_at=clock.now(), settled_by=by
    )
    remark_.refresh_from_db()
    if changed:
        audit.record(
            "review.remark.settle",
            by=by,
            subject=subjects.subject_of(round_),
            unit=round_.unit,
            round=round_.public_id,
            remark=remark_.pk,
        )
    return remark_
