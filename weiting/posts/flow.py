"""The lives of a post, a correction and an issue, declared once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class PostState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISCARDED = "discarded", _("put aside")


P = PostState


class PostFlow(Flow):
    """From a draft to the public hall, and back out of it. Nothing is ever deleted."""

    tag = "posts.post"
    states, initial = PostState, PostState.DRAFT
    submit = move(P.DRAFT, P.RETURNED, to=P.IN_REVIEW)
    recall = move(P.IN_REVIEW, to=P.DRAFT)
    send_back = move(P.IN_REVIEW, to=P.RETURNED)
    approve = move(P.IN_REVIEW, to=P.APPROVED)
    reopen = move(P.APPROVED, to=P.DRAFT)
    publish = move(P.APPROVED, to=P.PUBLISHED)
    expire = move(P.PUBLISHED, to=P.EXPIRED)
    withdraw = move(P.PUBLISHED, P.EXPIRED, to=P.WITHDRAWN)
    discard = move(P.DRAFT, P.RETURNED, to=P.DISCARDED)
    restore = move(P.DISCARDED, to=P.DRAFT)


# What an outsider may open at its permanent address (expired and withdrawn ones say so there).
PUBLIC = frozenset({PostState.PUBLISHED, PostState.EXPIRED, PostState.WITHDRAWN})
# What lists and search hold where people look things up: out of date is marked there, not gone.
LISTED = frozenset({PostState.PUBLISHED, PostState.EXPIRED})
# What an editor may still write in.
WRITABLE = frozenset({PostState.DRAFT, PostState.RETURNED})


class CorrectionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    DROPPED = "dropped", _("dropped")


C = CorrectionState


class CorrectionFlow(Flow):
    """A correction is reviewed like a post while the post stays public."""

    tag = "posts.correction"
    states, initial = CorrectionState, CorrectionState.DRAFT
    submit = move(C.DRAFT, C.RETURNED, to=C.IN_REVIEW)
    recall = move(C.IN_REVIEW, to=C.DRAFT)
    send_back = move(C.IN_REVIEW, to=C.RETURNED)
    approve = move(C.IN_REVIEW, to=C.APPROVED)
    reopen = move(C.APPROVED, to=C.DRAFT)
    publish = move(C.APPROVED, to=C.PUBLISHED)
    drop = move(C.DRAFT, C.RETURNED, to=C.DROPPED)


class IssueState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISCARDED = "discarded", _("put aside")


class IssueFlow(Flow):
    """A numbered issue (期): composed, reviewed and published as one."""

    tag = "posts.issue"
    states, initial = IssueState, IssueState.DRAFT
    submit = move(IssueState.DRAFT, IssueState.RETURNED, to=IssueState.IN_REVIEW)
    recall = move(IssueState.IN_REVIEW, to=IssueState.DRAFT)
    send_back = move(IssueState.IN_REVIEW, to=IssueState.RETURNED)
    approve = move(IssueState.IN_REVIEW, to=IssueState.APPROVED)
    reopen = move(IssueState.APPROVED, to=IssueState.DRAFT)
    publish = move(IssueState.APPROVED, to=IssueState.PUBLISHED)
    withdraw = move(IssueState.PUBLISHED, to=IssueState.WITHDRAWN)
    discard = move(IssueState.DRAFT, IssueState.RETURNED, to=IssueState.DISCARDED)
    restore = move(IssueState.DISCARDED, to=IssueState.DRAFT)


class FollowUpState(models.TextChoices):
    PROPOSED = "proposed", _("waits for a second person")
    OPEN = "open", _("to be followed up")
    KEPT = "kept", _("followed up")
    EXCUSED = "excused", _("closed with a reason")
    DROPPED = "dropped", _("not taken up")


class FollowUpFlow(Flow):
    """A promise made in a post: kept by an outcome post, or closed with a public reason.

    Made before the post's review it is open at once; added later it is shown only when a second person agrees.
    """

    tag = "posts.follow_up"
    states, initial = FollowUpState, FollowUpState.OPEN
    propose = move(FollowUpState.OPEN, to=FollowUpState.PROPOSED)
    confirm = move(FollowUpState.PROPOSED, to=FollowUpState.OPEN)
    drop = move(FollowUpState.PROPOSED, to=FollowUpState.DROPPED)
    keep = move(FollowUpState.OPEN, to=FollowUpState.KEPT)
    excuse = move(FollowUpState.OPEN, to=FollowUpState.EXCUSED)


class AssignmentState(models.TextChoices):
    OPEN = "open", _("not answered yet")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


A = AssignmentState


class AssignmentFlow(Flow):
    """What the centre asked one unit to post, from the asking to the published post."""

    tag = "posts.assignment"
    states, initial = AssignmentState, AssignmentState.OPEN
    accept = move(A.OPEN, to=A.ACCEPTED)
    decline = move(A.OPEN, A.ACCEPTED, to=A.DECLINED)
    finish = move(A.OPEN, A.ACCEPTED, to=A.DONE)
    cancel = move(A.OPEN, A.ACCEPTED, to=A.CANCELLED)
