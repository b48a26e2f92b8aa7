"""What is personal in a text or an issue, and what somebody has decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from weiting.posts import concerns
from weiting.posts.concerns import Concern
from weiting.posts.flow import CorrectionState
from weiting.posts.models import Correction, Decision, Issue, Post, Revision


@dataclass(frozen=True, slots=True)
class Standing:
    """Something personal that stands in the words, with the decision that it may; None while nobody decided."""

    concern: Concern
    decision: Decision | None


def personal_in(subject: Post | Issue, revision: Revision | None = None) -> list[Standing]:
    """Return what is personal in a version of a post (its working one), or in the own words of an issue."""
    if isinstance(subject, Issue):
        parts, contact = concerns.parts_of_issue(subject), ""
    else:
        revision = revision or subject.working or subject.live
        if revision is None:
            return []
        parts = concerns.parts_of(revision, subject, open_correction(subject, revision))
        contact = revision.fact_contact
    checked = concerns.look_through(parts, concerns.known(contact))
    return with_decisions(subject, concerns.concerns_in(checked))


def with_decisions(subject: Post | Issue, found: Sequence[Concern]) -> list[Standing]:
    """Put beside each concern what was decided about it."""
    if not found:
        return []
    decided = {(each.rule, each.fingerprint): each for each in subject.decisions.select_related("by")}
    return [Standing(each, decided.get((each.rule, each.fingerprint))) for each in found]


def undecided(subject: Post | Issue, revision: Revision | None = None) -> list[Concern]:
    """Return what keeps a text from review: everything personal in it about which nobody has decided."""
    return [each.concern for each in personal_in(subject, revision) if each.decision is None]


def open_correction(post: Post, revision: Revision) -> Correction | None:
    """Return the correction whose words a version holds, while it is not public."""
    if post.live_id is None or revision.pk == post.live_id:
        return None
    return post.corrections.filter(after_id=revision.pk).exclude(state=CorrectionState.DROPPED).first()
