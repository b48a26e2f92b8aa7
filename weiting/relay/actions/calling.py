"""Opening a call and calling it off: who is asked to pass which public text on, by when, and why."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs, notices
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.core.flow import perform
from weiting.posts import content
from weiting.posts.actions.assigning import unfit_units
from weiting.posts.flow import PostState
from weiting.posts.models import Post
from weiting.relay import access
from weiting.relay.flow import AskFlow, AskState, CallFlow, CallState
from weiting.relay.models import LINE_MOST, Ask, Call
from weiting.relay.queries import answerers
from weiting.units.access import require
from weiting.units.models import Unit

REASON_MOST = 200


def page_of(call: Call) -> str:
    """Return the desk's address of a call."""
    return f"/desk/relay/{call.public_id}/"


def tags_of(call: Call) -> list[str]:
    """Name what shows a call."""
    return [f"relay:{call.pk}", f"post:{call.post_id}"]


@action
def open_call(
    unit: Unit,
    post: Post,
    *,
    by: Person,
    units: Sequence[Unit],
    due_at: datetime,
    reason: str,
    line: str = "",
    is_public: bool = False,
    required_by: str = "",
    required_number: str = "",
    exempt_reason: str = "",
) -> Call:
    """Ask open units at or below `unit` to pass a public text on by a time, and tell those who answer for them.

    With `exempt_reason` an officer says why it is outside the weekly budget. Raises Invalid for what is missing or does
    not fit, Conflict when the text is not public, was itself passed on, or has an open call.
    """
    require(by, access.CALL, unit)
    if exempt_reason.strip():
        require(by, access.EXEMPT, unit)
    said = {
        "reason": content.clean(reason, is_line=True),
        "line": content.clean(line, is_line=True),
        "required_by": content.clean(required_by, is_line=True),
        "required_number": content.clean(required_number, is_line=True),
        "exempt_reason": content.clean(exempt_reason, is_line=True),
    }
    post = Post.objects.select_related("unit", "live").get(pk=post.pk)
    asked = list({each.pk: each for each in units if each.pk != post.unit_id}.values())
    problems = _unfit(said, due_at, asked, unit)
    if problems:
        raise Invalid(_("The call is not complete yet."), fields=problems)
    _refuse_unfit_source(post)
    live = post.live
    if live is None:
        raise AssertionError("a public text has words")
    try:
        with transaction.atomic():
            call = Call.objects.create(
                unit=unit,
                post=post,
                revision=live,
                content_hash=live.content_hash,
                due_at=due_at,
                is_public=is_public,
                exempt_by=by if said["exempt_reason"] else None,
                opened_by=by,
                **said,
            )
    except IntegrityError as error:
        raise Conflict(
            _("This text has an open relay call already. Call that one off first."), code="call_open"
        ) from error
    Ask.objects.bulk_create(Ask(call=call, unit=each) for each in asked)
    tell_answerers(call, asked, "relay.asked", reason=said["reason"])
    for each in asked:
        jobs.announce(f"unit:{each.pk}")
    audit.record(
        "relay.call.open",
        by=by,
        subject=call,
        unit=unit,
        call=call.public_id,
        post=post.public_id,
        source_hash=live.content_hash,
        due_at=due_at,
        units=sorted(each.public_id for each in asked),
        required_by=said["required_by"],
        required_number=said["required_number"],
        exempt_reason=said["exempt_reason"],
    )
    jobs.announce(*tags_of(call))
    jobs.defer("relay.push", key=f"relay.push:{call.pk}", call_id=call.pk)
    return call


def _unfit(
    said: dict[str, str], due_at: datetime, asked: Sequence[Unit], centre: Unit
) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not said["reason"]:
        problems["reason"] = [_("Say in a sentence why these units should pass it on: they read it.")]
    for name, most in (("reason", REASON_MOST), ("line", LINE_MOST), ("required_by", 80),
                       ("required_number", 60), ("exempt_reason", REASON_MOST)):  # fmt: skip
        if len(said[name]) > most:
            problems[name] = [_("At most %(n)s characters.") % {"n": most}]
    if said["required_number"] and not said["required_by"]:
        problems["required_by"] = [_("Say who gave the order with this number.")]
    if due_at <= clock.now():
        problems["due_at"] = [_("This time is past. By when should it be passed on?")]
    if sentence := _unfit_units(asked, centre):
        problems["units"] = [sentence]
    return problems


def _unfit_units(units: Sequence[Unit], centre: Unit) -> str:
    if not units:
        return _("Choose at least one unit besides the one whose text it is.")
    return unfit_units(units, centre)


def _refuse_unfit_source(post: Post) -> None:
    if post.state != PostState.PUBLISHED:
        raise Conflict(_("Only a published text can be passed on."), code="not_public")
    if Ask.objects.filter(post=post).exists():
        raise Conflict(
            _("This text was itself passed on from another unit. Open the call for the original."),
            code="not_original",
        )


def tell_answerers(call: Call, units: Sequence[Unit], kind: str, *, once: str = "", **facts: object) -> None:
    """Tell those who answer for units; each hears of a call once per kind and unit (and `once`)."""
    people = answerers(units)
    for unit in units:
        notices.tell(
            people[unit.pk],
            kind,
            key=f"{kind}:{call.pk}:{unit.pk}{once}",
            url=page_of(call),
            urgent=call.exempt_by_id is not None,
            title=str(call.post),
            unit=unit.short_name,
            due_at=call.due_at,
            **facts,
        )


@action
def call_off(call: Call, reason: str, *, by: Person | None) -> Call:
    """Call a call off for every unit that has not answered; what was passed on stays. Raises Invalid without a reason.

    Without a person: the original was withdrawn.
    """
    if by is not None:
        require(by, access.CALL, call.unit)
    reason = content.clean(reason, is_line=True)
    if not reason or len(reason) > REASON_MOST:
        sentence = _("Give the reason in 1 to 200 characters; the units read it.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    perform(call, CallFlow.call_off, state_reason=reason, ended_at=clock.now())
    waiting = _waiting(call)
    for ask in waiting:
        perform(ask, AskFlow.call_off)
    tell_answerers(call, [ask.unit for ask in waiting], "relay.called_off", reason=reason)
    audit.record(
        "relay.call.call_off",
        by=by,
        subject=call,
        unit=call.unit,
        call=call.public_id,
        reason=reason,
        units=sorted(ask.unit.public_id for ask in waiting),
    )
    jobs.announce(*tags_of(call))
    return call


def _waiting(call: Call) -> Collection[Ask]:
    # Held, so that a unit that answers at this moment is either before or after.
    asks = call.asks.select_for_update(of=("self",), no_key=True).select_related("unit")
    return list(asks.filter(state=AskState.ASKED).order_by("pk"))


def refuse_called_off(call: Call) -> None:
    """Raise Conflict when a call asks no more."""
    if call.state != CallState.OPEN:
        raise Conflict(_("This call has been called off: nothing more is asked."), code="called_off")
