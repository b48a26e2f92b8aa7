"""Makers for tests of publishing: texts that are approved, planned or public."""

from datetime import datetime

from weiting.accounts.models import Person
from weiting.posts.models import Post
from weiting.publishing import actions
from weiting.publishing.models import Release
from weiting.review import standing
from weiting.review.models import Round
from weiting.review.tests import make
from weiting.review.tests.make import City


def fresh(post: Post) -> Post:
    """Read a post again, as the next request would."""
    return Post.objects.select_related("unit", "working", "live").get(pk=post.pk)


def approved(c: City, post: Post | None = None, **arranged: object) -> Post:
    """Make a post that has passed its review."""
    round_ = make.submit(c, post or make.draft(c, **arranged))
    make.approve_all(round_)
    return fresh(round_.post)


def decide_all(c: City, round_: Round) -> Round:
    """Let whoever may decide approve through publishing's own verb, until the round is closed."""
    while round_.state == "open":
        step = make.open_step(round_)
        actions.decide(
            step,
            by=Person.objects.get(pk=min(standing.deciders(step))),
            approves=True,
            content_hash=round_.content_hash,
            checked=step.checklist,
            no_secrets=True,
        )
        round_.refresh_from_db()
    return round_


def planned(c: City, at: datetime, post: Post | None = None) -> Release:
    """Plan the release of an approved post."""
    return actions.plan_release(post or approved(c), by=c.editor, at=at)


def published(c: City, freeze, post: Post | None = None) -> Post:
    """Make a public post through review and release."""
    post = post or approved(c)
    actions.plan_release(post, by=c.editor)
    freeze.move(seconds=11)
    assert actions.release_due() == 1
    return fresh(post)
