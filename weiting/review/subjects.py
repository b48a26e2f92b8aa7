"""What a round is about, whether post, correction or issue: its flow, its title, its content hash, its page."""

from weiting.core.flow import Flow, Move, perform
from weiting.posts.content import content_hash, issue_hash
from weiting.posts.flow import CorrectionFlow, IssueFlow, PostFlow
from weiting.posts.models import ContentClass, Correction, Issue, Post, Revision, Risk
from weiting.review.models import Round
from weiting.units.models import Unit

RISKS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)
Subject = Post | Correction | Issue

FLOWS: dict[type[Subject], type[Flow]] = {Post: PostFlow, Correction: CorrectionFlow, Issue: IssueFlow}


def subject_of(round_: Round) -> Subject:
    """Return what a round decides on."""
    found = round_.correction or round_.issue or round_.post
    if found is None:
        raise AssertionError("the table refuses a round without a subject")
    return found


def carry(subject: Subject, step: str) -> None:
    """Perform the move of this name on the subject; raise Conflict when it is no longer in the state for it."""
    found: Move = getattr(FLOWS[type(subject)], step)
    perform(subject, found)


def unit_of(subject: Subject) -> Unit:
    """Return the unit that speaks."""
    return subject.post.unit if isinstance(subject, Correction) else subject.unit


def version_of(subject: Subject) -> Revision | None:
    """Return the version in hand: what is reviewed, or would be; None for an issue."""
    if isinstance(subject, Issue):
        return None
    return subject.after if isinstance(subject, Correction) else subject.working


def kind_of(issue: Issue) -> tuple[str, str]:
    """Return the class and the risk by which an issue finds its path: the highest risk of its articles."""
    kinds = list(issue.articles.values_list("post__klass", "post__risk"))
    classes = {klass for klass, _risk in kinds}
    # A mixed issue takes the path of the class with the most steps in the presets.
    klass = classes.pop() if len(classes) == 1 else ContentClass.AFFAIRS
    return klass, max((risk for _klass, risk in kinds), key=RISKS.index, default=Risk.LOW)


def title_of(subject: Subject) -> str:
    """Return the words a person knows the subject by."""
    if isinstance(subject, Issue):
        return subject.title
    version = version_of(subject) or (subject.live if isinstance(subject, Post) else None)
    return version.title if version else ""


def hash_of(subject: Subject) -> str:
    """Compute the content hash from the rows as they are now, whatever was stored."""
    if isinstance(subject, Issue):
        return issue_hash(subject)
    version = version_of(subject)
    if version is None:
        return ""
    post = subject.post if isinstance(subject, Correction) else subject
    return content_hash(version, post)


def lock(subject: Subject) -> Subject:
    """Hold the subject's row (a correction's post too) until the transaction ends, and return it fresh.

    Always taken before a round's row, so that two acts on one text queue up and never deadlock.
    """
    # Read by a second statement: the one that waits for a lock joins other rows as they were before the wait.
    if isinstance(subject, Correction):
        Post.objects.select_for_update(no_key=True).only("pk").get(pk=subject.post_id)
        Correction.objects.select_for_update(no_key=True).only("pk").get(pk=subject.pk)
        return Correction.objects.select_related("post__unit", "after", "before").get(pk=subject.pk)
    if isinstance(subject, Issue):
        Issue.objects.select_for_update(no_key=True).only("pk").get(pk=subject.pk)
        return Issue.objects.select_related("unit", "cover").get(pk=subject.pk)
    Post.objects.select_for_update(no_key=True).only("pk").get(pk=subject.pk)
    return Post.objects.select_related("unit", "working").get(pk=subject.pk)


def page_of(round_: Round) -> str:
    """Return the desk's address of a round."""
    return f"/desk/review/{round_.public_id}/"
