"""What a unit passed on from another follows its source: a correction there is a correction here, in the same words."""

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict
from weiting.posts import access, content
from weiting.posts.actions.correcting import lay_correction
from weiting.posts.actions.writing import copy_revision, lock_post
from weiting.posts.concerns import masked
from weiting.posts.flow import PostState
from weiting.posts.models import Correction, Post
from weiting.units.access import permit


@action
def correct_as_source(post: Post, *, by: Person | None, source: Correction, **words: str) -> Correction:
    """Open a correction of a public reprint that says what its source's says, with a sealed version of new `words`.

    What was wrong need not stand in the reprint: it may have shown only the beginning of its source. Raises Conflict
    when the reprint is not public, or a correction of its own is under way.
    """
    permit(by, access.CORRECT, post.unit)
    post = lock_post(post)
    if post.state != PostState.PUBLISHED or post.live is None:
        raise Conflict(_("Only a published text can be corrected."), code="not_public")
    after = copy_revision(post.live, by=by, note=source.reason)
    for name, text in words.items():
        setattr(after, name, content.clean(text, is_line=name in content.LINES)[: content.LONGEST[name]])
    after.sealed_at = clock.now()
    after.content_hash = content.content_hash(after, post)
    after.save()
    made = lay_correction(post, after, by=by, wrong=source.wrong, right=source.right, reason=source.reason)
    audit.record(
        "posts.correction.follow",
        by=by,
        subject=post,
        unit=post.unit,
        source=source.post.public_id,
        wrong=masked(source.wrong),
        right=masked(source.right),
    )
    return made
