"""Relay calls at the desk: what is asked of my units, what was asked by mine, how far it has come, and the proof."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weiting.accounts.models import Person
from weiting.audit.chain import canonical
from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound, TooMany
from weiting.desk.forms.afterwards import ReasonForm
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.relay import CallForm, LineForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import status_of
from weiting.posts.flow import PostState
from weiting.posts.models import Post
from weiting.publishing.flow import ReleaseState
from weiting.publishing.models import Release
from weiting.relay import access, actions, coverage, queries, signing
from weiting.relay.budget import free_at, rules_of, spent
from weiting.relay.flow import AskState, CallState
from weiting.relay.models import Ask, Call
from weiting.relay.words import compose
from weiting.ui.shell import Link
from weiting.units.access import may, may_anywhere, units_for
from weiting.units.models import Unit

SHOWN = 60


def tabs_of(person: Person, current: str) -> list[Link]:
    """Return the tabs of the relay pages a person may open."""
    found = [
        ("calls", _("Relay calls"), "/desk/relay/"),
        ("rooms", _("Settled at once"), "/desk/relay/rooms/"),
        ("record", _("Who passes on whose"), "/desk/relay/record/"),
    ]
    if may_anywhere(person, access.CALL):
        found.append(("groups", _("Groups of units"), "/desk/relay/groups/"))
    if may_anywhere(person, access.RULES):
        found.append(("rules", _("Budget"), "/desk/relay/rules/"))
    return [Link(label, url, key == current) for key, label, url in found]


def centre_of(person: Person) -> Unit:
    """Return the highest open unit for which a person opens calls; raise NotFound without one."""
    centre = units_for(person, access.CALL).filter(closed_on__isnull=True).order_by("depth", "path").first()
    if centre is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return centre


@require_safe
@desk_page(access.SEE)
def relays(request: HttpRequest) -> HttpResponse:
    """List what waits for my units' answer, what they have answered, and the calls of the units I see."""
    person = cast(Person, request.user)
    mine = list(queries.asks_for(person).order_by("-call__opened_at", "-pk")[:SHOWN])
    return render(
        request,
        "desk/relay.html",
        desk_context(
            request,
            current="relay",
            tabs=tabs_of(person, "calls"),
            waiting=[ask for ask in mine if ask.state == AskState.ASKED and ask.call.state == CallState.OPEN],
            answered=[ask for ask in mine if ask.state in {AskState.ACCEPTED, AskState.DECLINED}],
            calls=list(queries.listed_calls(person)[:SHOWN]),
            may_call=may_anywhere(person, access.CALL),
            now=clock.now(),
        ),
    )


# The fields that say whom a call asks.
WHOM = ("groups", "kinds", "sections", "below", "units")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.CALL)
def new_call(request: HttpRequest) -> HttpResponse:
    """Ask units to pass a public text on."""
    person = cast(Person, request.user)
    centre = centre_of(person)
    wanted = request.POST.get("post") or request.GET.get("post", "")
    texts = queries.candidates(person)
    post = next((each for each in texts if each.public_id == wanted), None) or _post(wanted)
    # Most calls give the units until noon of the next day.
    noon = clock.local(clock.now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    form = CallForm(
        request.POST if request.method == "POST" else None,
        centre=centre,
        groups=queries.groups_of(person),
        initial={"due_at": noon},
    )
    counted: list[Unit] | None = None
    is_only_counted = request.method == "POST" and request.POST.get("do") == "count"
    if is_only_counted and not form.is_valid() and not set(WHOM) & set(form.errors):
        # Whoever counts has not finished: what is still empty is said when the units are asked.
        form.errors.clear()
        counted = queries.gather(centre, **form.chosen())
    elif request.method == "POST" and form.is_valid():
        counted = queries.gather(centre, **form.chosen())
        if post is None:
            form.add_error(None, _("Choose the text that is to be passed on."))
        elif request.POST.get("do") != "count":
            call = _open(form, centre, post, counted, person)
            if call is not None:
                messages.success(request, _("Asked. The units have been told."))
                return redirect("desk:relay", call.public_id)
    return render(
        request,
        "desk/relay_new.html",
        desk_context(
            request,
            current="relay",
            form=form,
            texts=texts,
            post=post,
            centre=centre,
            counted=[unit for unit in counted or [] if post is None or unit.pk != post.unit_id],
            is_counted=counted is not None,
            may_exempt=may(person, access.EXEMPT, centre),
        ),
        status=status_of(form),
    )


def _post(public_id: str) -> Post | None:
    rows = Post.objects.filter(public_id=public_id, state=PostState.PUBLISHED)
    return rows.select_related("unit", "live").first() if public_id else None


def _open(form: CallForm, centre: Unit, post: Post, units: list[Unit], person: Person) -> Call | None:
    said = form.cleaned_data
    names = ("reason", "line", "due_at", "is_public", "required_by", "required_number", "exempt_reason")
    try:
        return actions.open_call(centre, post, by=person, units=units, **{name: said[name] for name in names})
    except Invalid as refusal:
        show_refusal(form, refusal)
    except Conflict as refusal:
        form.add_error(None, str(refusal.message))
    return None


@require_safe
@desk_page(access.SEE)
def call(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one call: the answer my unit may give, and how far all have come."""
    person = cast(Person, request.user)
    return _call_page(request, queries.call_for(person, public_id), person)


def _call_page(
    request: HttpRequest,
    found: Call,
    person: Person,
    typed: LineForm | None = None,
    refused: ReasonForm | None = None,
    off: ReasonForm | None = None,
    target: int = 0,
) -> HttpResponse:
    seen = coverage.cover(found)
    directs = may(person, access.CALL, found.unit)
    sees_all = may(person, access.SEE, found.unit)
    mine = [row for row in seen.rows if may(person, access.ANSWER, row.ask.unit)]
    live = found.post.live
    shown = request.GET.get("answer", "")
    rows = seen.rows if sees_all else mine
    near = [row for row in mine if row.answer in MINE]
    if sees_all:
        # Whoever may answer for many chooses one in the list; the page does not hold a form for each.
        waiting = [row for row in mine if row.answer in TO_DO]
        chosen = request.GET.get("unit", "")
        near = [row for row in waiting if row.ask.unit.public_id == chosen or row.ask.pk == target]
        near = near or (waiting if len(waiting) == 1 else [])
    is_wrong = any(form is not None and form.errors for form in (typed, refused, off))
    context: dict[str, Any] = {
        "call": found,
        "seen": seen,
        "rows": [row for row in rows if not shown or row.answer == shown],
        "filters": _filters(found, seen, shown) if sees_all else [],
        "sees_all": sees_all,
        "directs": directs,
        "mine": [_my_part(row, typed, refused, target) for row in near],
        "answerable": {row.ask.pk for row in mine if row.answer in TO_DO} if sees_all else set(),
        "fixed": compose(found.post, live, "") if live else None,
        "version": live.content_hash if live else "",
        "off": off or ReasonForm(),
        "may_prove": sees_all,
        "now": clock.now(),
    }
    return render(
        request,
        "desk/relay_call.html",
        desk_context(request, current="relay", **context),
        status=422 if is_wrong else 200,
    )


# What waits for a hand.
TO_DO = {coverage.Answer.OPEN, coverage.Answer.SILENT, coverage.Answer.WAITING}
MINE = {
    coverage.Answer.OPEN, coverage.Answer.SILENT, coverage.Answer.WAITING, coverage.Answer.PASSED_ON,
    coverage.Answer.OUTDATED,
}  # fmt: skip


def _filters(found: Call, seen: coverage.Coverage, shown: str) -> list[Link]:
    here = f"/desk/relay/{found.public_id}/"
    links = [Link(_("All"), here, not shown, count=len(seen.rows))]
    for answer, label in coverage.LABELS.items():
        if number := seen.counts[answer]:
            links.append(Link(str(label), f"{here}?answer={answer}", shown == answer, count=number))
    return links


def _my_part(
    row: coverage.Row, typed: LineForm | None, refused: ReasonForm | None, target: int
) -> dict[str, Any]:
    """Return what the page shows of one unit of mine: the forms while it may answer, else what became of it."""
    ask = row.ask
    if ask.state != AskState.ASKED or ask.call.state != CallState.OPEN:
        plan = None
        if row.answer == coverage.Answer.WAITING and ask.post_id:
            plan = Release.objects.filter(
                post=ask.post_id, state__in=[ReleaseState.PLANNED, ReleaseState.HELD]
            ).first()
        return {"row": row, "ask": ask, "plan": plan}
    rules = rules_of(ask.unit)
    used = spent(ask.unit)
    is_mine = ask.pk == target
    return {
        "row": row,
        "ask": ask,
        "form": typed
        if typed is not None and is_mine
        else LineForm(
            initial={"line": ask.call.line},
            is_reviewed=rules.reviews_lines,
            accounts=queries.accounts_of(ask.unit),
        ),
        "reason": refused if refused is not None and is_mine else ReasonForm(),
        "is_refusing": refused is not None and is_mine,
        "used": len(used),
        "most": rules.per_week,
        "free": None if ask.call.exempt_by_id else free_at(used, rules.per_week),
    }


@require_POST
@desk_page(access.ANSWER)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a unit's answer: pass it on, or say why not."""
    person = cast(Person, request.user)
    found = queries.call_for(person, public_id)
    ask = _ask(found, request.POST.get("ask", ""), person)
    if request.POST.get("do") == "decline":
        return _decline(request, found, ask, person)
    rules = rules_of(ask.unit)
    accounts = queries.accounts_of(ask.unit)
    form = LineForm(request.POST, is_reviewed=rules.reviews_lines, accounts=accounts)
    if form.is_valid():
        said = form.cleaned_data
        try:
            done = actions.accept(
                ask,
                by=person,
                line=said["line"],
                seen_hash=request.POST.get("version", ""),
                no_secrets=said.get("no_secrets", False),
                leave_out=[each for each in accounts if each.public_id not in said.get("accounts", ())],
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        except (Conflict, TooMany) as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _said(done))
            return redirect("desk:relay", found.public_id)
    return _call_page(request, found, person, typed=form, target=ask.pk)


def _said(ask: Ask) -> str:
    if ask.post is not None and ask.post.state == PostState.IN_REVIEW:
        return _("Your line is in review. It goes out as soon as it is approved.")
    return _("Passed on. It goes out in a moment; until then you can hold it.")


def _decline(request: HttpRequest, found: Call, ask: Ask, person: Person) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions.decline(ask, form.cleaned_data["reason"], by=person)
        except DomainError as refusal:
            form.add_error("reason" if isinstance(refusal, Invalid) else None, str(refusal.message))
        else:
            messages.success(request, _("Declined. Whoever asked reads your reason."))
            return redirect("desk:relay", found.public_id)
    return _call_page(request, found, person, refused=form, target=ask.pk)


def _ask(found: Call, public_id: str, person: Person) -> Ask:
    ask = found.asks.select_related("unit").filter(public_id=public_id).first()
    if ask is None or not may(person, access.ANSWER, ask.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    ask.call = found
    return ask


@require_POST
@desk_page(access.CALL)
def call_off(request: HttpRequest, public_id: str) -> HttpResponse:
    """Call a call off for every unit that has not answered."""
    person = cast(Person, request.user)
    found = queries.call_for(person, public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            actions.call_off(found, form.cleaned_data["reason"], by=person)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Conflict as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Called off. What was passed on stays."))
            return redirect("desk:relay", found.public_id)
    return _call_page(request, found, person, off=form)


@require_safe
@desk_page(access.SEE)
def proof(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the coverage as a signed document that anybody can check."""
    person = cast(Person, request.user)
    found = queries.call_for(person, public_id)
    if not may(person, access.SEE, found.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    row, private = actions.signing_key()
    signed = signing.seal(coverage.document(found), row.public_id, row.public, private)
    response = HttpResponse(canonical(signed), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="coverage-{found.public_id}.json"'
    return response
