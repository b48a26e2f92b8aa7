"""Deciding that something personal stays in a text: by name, with a reason, about exactly these words."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.posts import access, concerns, content
from weiting.posts.actions.issues import lock_issue
from weiting.posts.actions.writing import is_writable, lock_post, refuse_reading_only
from weiting.posts.models import Decision, Issue, Post
from weiting.posts.queries.deciding import personal_in
from weiting.units.access import require

REASON_LEAST = 4
REASON_MOST = 300


@action
def decide_finding(
    subject: Post | Issue, *, by: Person, rule: str, fingerprint: str, reason: str
) -> Decision:
    """Record that these words stay in a draft, and why; it holds for as long as they stand in it.

    Raises NotAllowed for who may not write it, Invalid without a reason, Conflict when the words no longer stand
    there, somebody has decided already, or the text may not be written in now.
    """
    require(by, access.ISSUES if isinstance(subject, Issue) else access.WRITE, subject.unit)
    reason = content.clean(reason, is_line=True)
    if not REASON_LEAST <= len(reason) <= REASON_MOST:
        sentence = _(
            "Say in %(least)s to %(most)s characters why this stays in the text: reviewers read it."
        ) % {
            "least": REASON_LEAST,
            "most": REASON_MOST,
        }
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    held = _hold(subject)
    found = {(each.concern.rule, each.concern.fingerprint): each for each in personal_in(held)}
    standing = found.get((rule, fingerprint))
    if standing is None:
        raise Conflict(
            _("These words no longer stand in the text as you saw them. Look at it again, then decide."),
            code="words_gone",
        )
    if standing.decision is not None:
        raise _decided(standing.decision)
    keys: dict[str, Post | Issue] = {"issue" if isinstance(held, Issue) else "post": held}
    try:
        with transaction.atomic():
            made = Decision.objects.create(
                **keys,
                rule=rule,
                fingerprint=fingerprint,
                shown=standing.concern.shown,
                # The reason is read by more people than the text, and is kept in the audit.
                reason=_fit_to_keep(reason, standing.concern),
                by=by,
            )
    except IntegrityError as error:
        raise Conflict(_("Somebody has decided about these words just now. Look again.")) from error
    audit.record(
        "posts.issue.decide_finding" if isinstance(held, Issue) else "posts.post.decide_finding",
        by=by,
        subject=held,
        unit=held.unit,
        rule=rule,
        words=made.shown,
        reason=made.reason,
    )
    return made


def _fit_to_keep(reason: str, concern: concerns.Concern) -> str:
    """Mask what a reason repeats, also where only the text beside the words tells what they are."""
    return concerns.masked(reason.replace(concern.words, concern.shown))[:REASON_MOST]


def _hold(subject: Post | Issue) -> Post | Issue:
    if isinstance(subject, Issue):
        return lock_issue(subject)
    post = lock_post(subject)
    if not is_writable(post):
        refuse_reading_only(post)
    return post


def _decided(decision: Decision) -> Conflict:
    return Conflict(
        _("%(who)s has decided already that these words stay.") % {"who": decision.by.name}, code="decided"
    )
