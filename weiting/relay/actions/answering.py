"""A unit's answer: it passes the text on in its own name, under a line of its own, or says why not."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, TooMany
from weiting.core.flow import perform
from weiting.posts import actions as posts, content
from weiting.posts.flow import PostState
from weiting.posts.models import Post, Provenance, Revision
from weiting.publishing import actions as publishing
from weiting.publishing.actions.deciding import WHEN_APPROVED
from weiting.relay import access
from weiting.relay.actions.calling import page_of, refuse_called_off, tags_of
from weiting.relay.budget import free_at, rules_of, spent
from weiting.relay.flow import AskFlow, AskState
from weiting.relay.models import LINE_MOST, Ask, Rules
from weiting.relay.words import address_of, compose
from weiting.review import actions as review
from weiting.ui import when
from weiting.units.access import permit, require
from weiting.units.models import Unit

REASON_MOST = 200


def lock_ask(ask: Ask) -> Ask:
    """Hold a unit's row and its answer's until the transaction ends, and return the answer fresh.

    The unit first: of two answers of one unit, to whatever calls, the second sees what the first has spent.
    """
    Unit.objects.select_for_update(no_key=True).only("pk").get(pk=ask.unit_id)
    Ask.objects.select_for_update(no_key=True).only("pk").get(pk=ask.pk)
    return Ask.objects.select_related("unit", "call__unit", "call__post__unit", "call__post__live").get(
        pk=ask.pk
    )


def refuse_answered(ask: Ask) -> None:
    """Raise Conflict unless the unit has still to answer and there is something to pass on."""
    refuse_called_off(ask.call)
    if ask.state != AskState.ASKED:
        raise Conflict(
            _("%(unit)s has answered this call already.") % {"unit": ask.unit.short_name}, code="answered"
        )
    if ask.call.post.state != PostState.PUBLISHED:
        raise Conflict(_("The original is no longer public: there is nothing to pass on."), code="not_public")


def require_budget(ask: Ask, rules: Rules | None = None) -> None:
    """Raise TooMany, with the day one is free again, when the unit has passed on enough this week."""
    if ask.call.exempt_by_id is not None:
        return
    most = (rules or rules_of(ask.unit)).per_week
    free: datetime | None = free_at(spent(ask.unit), most)
    if free is not None:
        raise TooMany(
            _(
                "%(unit)s has passed on %(n)s texts in the last seven days, as many as are meant for a week. The next "
                "one is free from %(when)s on."
            )
            % {"unit": ask.unit.short_name, "n": most, "when": when.full(free)},
            code="budget",
        )


def _clean_line(line: str) -> str:
    line = content.clean(line, is_line=True)
    if len(line) > LINE_MOST:
        sentence = _("At most %(n)s characters; these are %(has)s.") % {"n": LINE_MOST, "has": len(line)}
        raise Invalid(sentence, fields={"line": [sentence]})
    return line


@action
def accept(
    ask: Ask,
    *,
    by: Person,
    line: str = "",
    seen_hash: str = "",
    no_secrets: bool = False,
    leave_out: Sequence[Connection] = (),
) -> Ask:
    """Pass the text on in the unit's name: a text of its own, approved by rule, goes out after the undo window.

    `seen_hash` is the version the person's page showed; to the accounts in `leave_out` it does not go. Where the hall
    wants own lines read, the text goes into review and out when approved. Raises Invalid for a line that is too long
    or personal, TooMany when the week's budget is spent, Conflict when it was answered, called off, or the original
    has changed.
    """
    require(by, access.ANSWER, ask.unit)
    line = _clean_line(line)
    ask = lock_ask(ask)
    refuse_answered(ask)
    live = ask.call.post.live
    if live is None:
        raise AssertionError("a public text has words")
    if seen_hash and seen_hash != live.content_hash:
        raise Conflict(
            _("The original was corrected since you opened this page. Read it again, then pass it on."),
            code="source_changed",
        )
    rules = rules_of(ask.unit)
    require_budget(ask, rules)
    post = _write(ask, live, line, by)
    if leave_out:
        publishing.choose_channels(post, by=by, off=leave_out)
    if rules.reviews_lines and line and line != ask.call.line:
        publishing.send_for_review(
            post, by=by, release=WHEN_APPROVED, no_secrets=no_secrets, note=_("Passed on with an own line.")
        )
    else:
        review.pass_on(post, by=by, rests_on=live, answers=by)
        publishing.plan_release(Post.objects.select_related("unit").get(pk=post.pk), by=by)
    perform(
        ask,
        AskFlow.accept,
        post=post,
        line=line,
        revision=live,
        source_hash=live.content_hash,
        answered_by=by,
        answered_at=clock.now(),
    )
    post.refresh_from_db()
    version = post.working or post.live
    audit.record(
        "relay.ask.accept",
        by=by,
        subject=ask.call,
        unit=ask.unit,
        call=ask.call.public_id,
        ask=ask.public_id,
        post=post.public_id,
        content_hash=version.content_hash if version else "",
        source_hash=ask.source_hash,
    )
    jobs.announce(*tags_of(ask.call))
    return ask


def _write(ask: Ask, live: Revision, line: str, by: Person) -> Post:
    source = ask.call.post
    said = compose(source, live, line)
    post = posts.start_post(ask.unit, by=by, title=said.title, body=said.body, klass=source.klass)
    version = post.working
    if version is None:
        raise AssertionError("a text that was started has a version")
    posts.save_working(post, by=by, saves=version.saves, summary=said.summary)
    now = clock.now()
    return posts.arrange_post(
        post,
        by=by,
        purpose=source.purpose,
        risk=source.risk,
        provenance=Provenance.REPRINTED,
        source_name=source.unit.short_name,
        source_url=address_of(source),
        # It is out of date when the original is.
        expires_at=source.expires_at if source.expires_at and source.expires_at > now else None,
    )


@action
def decline(ask: Ask, reason: str, *, by: Person | None) -> Ask:
    """Say why the unit does not pass the text on, and tell whoever asked; raise Invalid without a reason.

    Without a person: the unit's own system said so.
    """
    permit(by, access.ANSWER, ask.unit)
    reason = content.clean(reason, is_line=True)
    if not reason or len(reason) > REASON_MOST:
        sentence = _("Say in 1 to 200 characters why your unit does not pass it on; whoever asked reads it.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    ask = lock_ask(ask)
    refuse_called_off(ask.call)
    if ask.state != AskState.ASKED:
        raise Conflict(
            _("%(unit)s has answered this call already.") % {"unit": ask.unit.short_name}, code="answered"
        )
    perform(
        ask, AskFlow.decline, reason=reason, answered_by=by, answered_at=clock.now(), by_system=by is None
    )
    if ask.call.opened_by is not None:
        notices.tell(
            [ask.call.opened_by],
            "relay.declined",
            key=f"relay.declined:{ask.pk}",
            url=page_of(ask.call),
            title=str(ask.call.post),
            unit=ask.unit.short_name,
            reason=reason,
        )
    audit.record(
        "relay.ask.decline",
        by=by,
        subject=ask.call,
        unit=ask.unit,
        call=ask.call.public_id,
        ask=ask.public_id,
        reason=reason,
    )
    jobs.announce(*tags_of(ask.call))
    return ask
