"""Corrections: what was wrong stays readable, struck, beside what is right and why. Nothing is silently replaced."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.posts import access, content
from weiting.posts.actions.writing import copy_revision, lock_post
from weiting.posts.concerns import masked
from weiting.posts.flow import CorrectionFlow, PostState
from weiting.posts.models import Correction, Post, Revision
from weiting.units.access import require


@action
def start_correction(post: Post, *, by: Person, wrong: str, right: str, reason: str) -> Correction:
    """Open a correction of a public post, with a new working version in which `wrong` is already replaced.

    Wherever the wrong words stand they are replaced: title, summary, text and fact box. Raises Invalid when
    something is left empty, the wrong words do not stand in the post or the right ones do not fit, Conflict
    when the post is not public or another correction is under way.
    """
    require(by, access.CORRECT, post.unit)
    wrong, right, reason = (content.clean(text).strip() for text in (wrong, right, reason))
    post = lock_post(post)
    if post.state != PostState.PUBLISHED or post.live is None:
        raise Conflict(_("Only a published text can be corrected."), code="not_public")
    _check(post, wrong, right, reason)
    after = copy_revision(post.live, by=by, note=reason)
    for name in content.WORDS:
        setattr(after, name, getattr(after, name).replace(wrong, right))
    # A wording made for one channel may say it too.
    after.variants = {kind: words.replace(wrong, right) for kind, words in after.variants.items()}
    after.save(update_fields=[*content.WORDS, "variants"])
    correction = lay_correction(post, after, by=by, wrong=wrong, right=right, reason=reason)
    audit.record(
        "posts.correction.start",
        by=by,
        subject=post,
        unit=post.unit,
        wrong=masked(wrong),
        right=masked(right),
        reason=masked(reason),
    )
    return correction


def lay_correction(
    post: Post, after: Revision, *, by: Person | None, wrong: str, right: str, reason: str
) -> Correction:
    """Open a correction whose new version is `after`; raise Conflict when one is under way.

    The caller holds the post, which is public.
    """
    if post.live is None:
        raise Conflict(_("Only a published text can be corrected."), code="not_public")
    try:
        with transaction.atomic():
            made = Correction.objects.create(
                post=post, before=post.live, after=after, wrong=wrong, right=right, reason=reason, by=by
            )
    except IntegrityError as error:
        raise Conflict(
            _("A correction of this text is already under way. Finish that one, or drop it."),
            code="correction_open",
        ) from error
    post.working = after
    post.changed_at = made.created_at
    post.save(update_fields=["working", "changed_at"])
    return made


def _check(post: Post, wrong: str, right: str, reason: str) -> None:
    problems: dict[str, list[str]] = {}
    for name, value, sentence in (
        ("wrong", wrong, _("Copy the words that were wrong.")),
        ("right", right, _("Write what is right.")),
        ("reason", reason, _("Say why, in a sentence the public will read.")),
    ):
        if not value:
            problems[name] = [sentence]
        elif len(value) > 300:
            problems[name] = [_("At most 300 characters. Name the passage, not the whole text.")]
    if wrong and not _stands_in(post, wrong):
        problems["wrong"] = [_("These words do not stand in the published text. Copy them from it exactly.")]
    if right and right == wrong:
        problems["right"] = [_("This is the same as what was wrong.")]
    if not problems and post.live is not None and _is_too_long(post.live, wrong, right):
        problems["right"] = [_("With these words the text no longer fits its field. Name a shorter passage.")]
    if problems:
        raise Invalid(_("The correction is not complete yet."), fields=problems)


def _stands_in(post: Post, words: str) -> bool:
    return post.live is not None and any(words in text for text in content.words_of(post.live))


def _is_too_long(live: Revision, wrong: str, right: str) -> bool:
    return any(
        len(getattr(live, name).replace(wrong, right)) > most for name, most in content.LONGEST.items()
    )


@action
def drop_correction(correction: Correction, *, by: Person) -> Correction:
    """Give up a correction that is not public; the post stays as it is. Raise Conflict while it is in review."""
    require(by, access.CORRECT, correction.post.unit)
    # The post first, as whoever saves does: two acts on one text queue up instead of waiting for each other.
    lock_post(correction.post)
    perform(correction, CorrectionFlow.drop)
    Post.objects.filter(pk=correction.post_id).update(working=None)
    audit.record(
        "posts.correction.drop",
        by=by,
        subject=correction.post,
        unit=correction.post.unit,
        wrong=correction.wrong,
    )
    return correction
