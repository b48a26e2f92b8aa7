"""The board of deliveries: what needs somebody, where one text went, and the word of whoever looked there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting.accounts.models import Person
from weiting.channels.ports import Action
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act
from weiting.desk.views.destinations import save_choice, was
from weiting.posts import access as posting, queries as posts
from weiting.posts.flow import IssueState, PostState
from weiting.posts.models import Issue, Post
from weiting.publishing import access, actions, board, destinations, previews
from weiting.publishing.board import Part
from weiting.publishing.delivery.texts import address_of
from weiting.publishing.models import Act, Delivery
from weiting.publishing.reach import feeds_of, servers_without
from weiting.publishing.rows import Row
from weiting.ui.shell import Link
from weiting.units.access import may

BY_WORDING = frozenset({Action.SHORTEN, Action.CHANGE_WORDS, Action.CHANGE_MEDIA})
BY_CHANNEL = frozenset({Action.AUTHORISE, Action.SETTINGS})
PUBLIC = frozenset({PostState.PUBLISHED, IssueState.PUBLISHED})
OVER = frozenset({PostState.WITHDRAWN, PostState.EXPIRED, PostState.DISCARDED, IssueState.WITHDRAWN})


@dataclass(frozen=True)
class Step:
    """One thing to do next about a delivery: a page that leads on, or an act behind a button."""

    label: str
    url: str = ""
    act: str = ""
    icon: str = ""


def _connection_page(row: Row) -> str:
    """Return the page of a connection; "" where there is none."""
    try:
        return reverse("desk:channel", args=[row.delivery.connection.public_id])
    except NoReverseMatch:
        return ""


def _by_hand_page(row: Row) -> str:
    try:
        return reverse("desk:by_hand", args=[row.delivery.public_id])
    except NoReverseMatch:
        return ""


def next_steps(row: Row, person: Person) -> list[Step]:
    """Return what a person may do next about a delivery, the best first; nothing for who may only look."""
    found = row.delivery
    unit = found.connection.unit
    if not may(person, access.PLAN, unit):
        return []
    if row.asks:
        return [
            Step(
                _("Look there and decide"),
                url=reverse("desk:delivery", args=[found.public_id]),
                icon="search",
            )
        ]
    if not row.stopped:
        line = found.connection
        page = _connection_page(row) if line.needs and row.need else ""
        return [Step(_("Put the account right"), url=page, icon="lock")] if page else []
    return [*_mending(row, person), *_stopped(row)]


def _mending(row: Row, person: Person) -> list[Step]:
    found = row.delivery
    post = found.release.post
    if found.needs in BY_CHANNEL and (page := _connection_page(row)):
        return [Step(_("Put the account right"), url=page, icon="lock")]
    is_mended = found.needs in BY_WORDING and found.act == Act.SEND
    if (
        is_mended
        and post is not None
        and post.state == PostState.PUBLISHED
        and may(person, posting.CORRECT, post.unit)
    ):
        return [Step(_("Change the words"), url=reverse("desk:correct", args=[post.public_id]), icon="pen")]
    if found.needs == Action.BY_HAND:
        here = reverse("desk:delivery", args=[found.public_id])
        return [Step(_("Do it by hand"), url=_by_hand_page(row) or here, icon="pen")]
    return []


def _stopped(row: Row) -> list[Step]:
    if row.delivery.state not in {"refused", "gave_up"}:
        return []
    again = [Step(_("Send again"), act="again")] if row.delivery.needs != Action.BY_HAND else []
    leave = _("Leave it standing there") if row.delivery.act == Act.WITHDRAW else _("Let it be")
    return [*again, Step(leave, act="leave")]


@dataclass(frozen=True)
class Shown:
    """A row with what this person may do about it."""

    row: Row
    steps: list[Step]
    after: tuple["Shown", ...] = ()
    may_take_back: bool = False


def shown(row: Row, person: Person) -> Shown:
    """Return a row as this person sees it."""
    may_take_back = (
        row.is_there
        and row.delivery.state == "delivered"
        and may(person, access.WITHDRAW, row.delivery.connection.unit)
    )
    return Shown(
        row, next_steps(row, person), tuple(shown(each, person) for each in row.after), may_take_back
    )


@require_safe
@desk_page(access.SEE)
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show what needs somebody, what waits and why, and what is done."""
    person = cast(Person, request.user)
    asked = {name: request.GET.get(name, "")[:80] for name in ("unit", "channel", "q")}
    scope = board.scope_of(person, connection=asked["channel"], unit=asked["unit"], q=asked["q"])
    counts = board.counts(scope)
    which = request.GET.get("part", "")
    if which not in set(Part):
        which = Part.NEEDS if counts[Part.NEEDS] or not counts[Part.WAITS] else Part.WAITS
        which = Part.DONE if not counts[Part.NEEDS] and not counts[Part.WAITS] else which
    page = board.part(scope, which, cursor=request.GET.get("cursor", ""))
    kept = {name: value for name, value in asked.items() if value}
    labels = {
        Part.NEEDS: _("Needs somebody"),
        Part.WAITS: _("On its way"),
        Part.DONE: _("Finished"),
    }
    context = desk_context(
        request,
        current="deliveries",
        heading=_("Deliveries"),
        rows=[shown(Row(each), person) for each in page],
        page=page,
        part=which,
        counts=counts,
        tabs=[
            Link(
                f"{label} {_many(counts[key])}".strip(),
                "?" + urlencode({**kept, "part": key}),
                key == which,
            )
            for key, label in labels.items()
        ],
        resting=board.resting(scope) if page.is_first else [],
        units=board.units_of(board.scope_of(person)),
        here=f"{request.path}?{urlencode({**kept, 'part': which})}",
        asked=asked,
    )
    template = "desk/deliver_rows.html" if request.headers.get("HX-Request") else "desk/deliveries.html"
    return render(request, template, context)


def _many(count: int) -> str:
    if count >= board.COUNTED_TO:
        return f"{board.COUNTED_TO - 1}+"
    return str(count) if count else ""


@require_safe
@desk_page(access.SEE)
def accounts(request: HttpRequest) -> HttpResponse:
    """Show every channel with what stopped and what waits there."""
    person = cast(Person, request.user)
    scope = board.scope_of(person, unit=request.GET.get("unit", "")[:80])
    rows = board.accounts(scope)
    context = desk_context(
        request,
        current="deliveries",
        heading=_("Deliveries by account"),
        rows=rows,
        troubled=sum(bool(each.connection.needs or each.stopped) for each in rows),
    )
    return render(request, "desk/deliver_accounts.html", context)


@require_safe
@desk_page(access.SEE)
def delivery(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one delivery with all that is known of it, and what a person can say about it; again only how far it is."""
    found = board.delivery_for(cast(Person, request.user), public_id)
    if request.headers.get("HX-Request"):
        return render(
            request, "desk/delivery_reach.html", {"row": board.row_for(found), "here": request.path}
        )
    return _delivery(request, found)


def _delivery(
    request: HttpRequest, found: Delivery, *, refusal: DomainError | None = None, url: str = ""
) -> HttpResponse:
    person = cast(Person, request.user)
    row = board.row_for(found)
    sent = previews.sent_by(found)
    receipt = getattr(found, "receipt", None)
    may_plan = may(person, access.PLAN, found.connection.unit)
    is_by_hand = row.asks or found.needs == Action.BY_HAND
    context = desk_context(
        request,
        current="deliveries",
        each=shown(row, person),
        row=row,
        found=found,
        sent=sent,
        receipt=receipt,
        servers=servers_without(found) if row.reach is not None else [],
        here=request.path,
        # Only what has this digest is what was sent; the account's settings may have changed since.
        is_as_sent=receipt is not None and sent is not None and receipt.digest == sent.digest,
        where=_where(found),
        may_plan=may_plan,
        may_confirm=row.stopped and may_plan,
        # Where a person has looked, or has done it, their word is the next step; elsewhere it is the exception.
        confirms_first=is_by_hand and may_plan,
        connection_page=_connection_page(row),
        refusal=refusal,
        typed_url=url,
    )
    return render(request, "desk/delivery.html", context, status=refusal.status if refusal else 200)


def _where(found: Delivery) -> str:
    """Return the address of the account: where somebody looks whether a text stands there."""
    account = found.connection.account
    said = str(found.connection.values.get("home", "") or "")
    return account.url if account is not None and account.url else said


@require_POST
@desk_page(access.PLAN, access.WITHDRAW)
def act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a person's word: again, leave it, it stands there, take it back there."""
    person = cast(Person, request.user)
    found = board.delivery_for(person, public_id)
    url = request.POST.get("url", "").strip()
    seen = _called(request.POST.get("called", ""))
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "again": (lambda: actions.send_again(found, by=person, seen=seen), _("It is sent again.")),
        "leave": (
            lambda: actions.leave(found, by=person),
            _("Left. It stays there.") if found.act == Act.WITHDRAW else _("Left. It does not go there."),
        ),
        "there": (
            lambda: actions.confirm_by_hand(found, by=person, url=url),
            _("Noted. What follows this text goes there as well."),
        ),
        "take-back": (
            lambda: actions.withdraw_there(found, by=person),
            _("It is being taken back there. In the hall and elsewhere it stays."),
        ),
    }
    if request.POST.get("do") not in acts:
        raise Invalid(_("This page does not know that act. Reload it and try again."))
    do, said = acts[request.POST["do"]]
    try:
        do()
    except (Invalid, Conflict) as refusal:
        return _delivery(request, board.delivery_for(person, public_id), refusal=refusal, url=url)
    return after_act(request, reverse("desk:delivery", args=[public_id]), said)


def _called(text: str) -> datetime | None:
    """Return which call the page spoke of; none where it spoke of none."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


@require_safe
@desk_page(access.SEE)
def of_text(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show where a text went, each channel with its standing, and where else it may go."""
    person = cast(Person, request.user)
    return _where_it_went(request, _seen(person, posts.post_for(person, public_id)))


@require_safe
@desk_page(access.SEE)
def of_issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show where an issue went."""
    person = cast(Person, request.user)
    return _where_it_went(request, _seen(person, _issue_for(person, public_id)))


def _issue_for(person: Person, public_id: str) -> Issue:
    found = Issue.objects.filter(public_id=public_id).select_related("unit").first()
    if found is None:
        raise NotFound(_("This issue does not exist, or it is not for you."))
    return found


def _seen(person: Person, subject: Post | Issue) -> Post | Issue:
    if not may(person, access.SEE, subject.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return subject


def _where_it_went(
    request: HttpRequest, subject: Post | Issue, *, refusal: DomainError | None = None
) -> HttpResponse:
    person = cast(Person, request.user)
    rows = board.rows_of(subject, with_reach=True)
    channels = destinations.choices_for(subject, subject.unit)
    at = {row.delivery.connection_id for row in rows}
    may_choose = may(person, posting.WRITE, subject.unit) or may(person, access.PLAN, subject.unit)
    is_issue = isinstance(subject, Issue)
    context = desk_context(
        request,
        current="deliveries",
        subject=subject,
        rows=[shown(row, person) for row in rows],
        by_hand=board.not_taken_back(rows),
        channels=channels,
        to_was=was(channels),
        reached=at,
        may_choose=may_choose and bool(channels) and subject.state not in OVER,
        is_public=subject.state in PUBLIC,
        hall_url=address_of(subject),
        feeds=feeds_of(subject) if isinstance(subject, Post) and subject.state in PUBLIC else None,
        choose_url=reverse("desk:choose_issue" if is_issue else "desk:choose", args=[subject.public_id]),
        here=request.path,
        text_page=f"/desk/write/issues/{subject.public_id}/"
        if is_issue
        else f"/desk/write/{subject.public_id}/",
        refusal=refusal,
    )
    template = (
        "desk/deliver_text_rows.html" if request.headers.get("HX-Request") else "desk/deliver_text.html"
    )
    return render(request, template, context, status=refusal.status if refusal else 200)


@require_POST
@desk_page(access.PLAN, posting.WRITE)
def choose(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose the channels of a text from its page."""
    person = cast(Person, request.user)
    return _chosen(request, person, posts.post_for(person, public_id), "desk:of_text")


@require_POST
@desk_page(access.PLAN, posting.WRITE)
def choose_issue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose the channels of an issue from its page."""
    person = cast(Person, request.user)
    found = _issue_for(person, public_id)
    return _chosen(request, person, _seen(person, found), "desk:of_issue")


def _chosen(request: HttpRequest, person: Person, subject: Post | Issue, to: str) -> HttpResponse:
    channels = destinations.choices_for(subject, subject.unit)
    try:
        save_choice(request, subject, person, channels)
    except (Conflict, Invalid) as refusal:
        if not may(person, access.SEE, subject.unit):
            raise
        return _where_it_went(request, subject, refusal=refusal)
    messages.success(request, _("Saved. What has not gone out yet follows this choice."))
    return redirect(to, subject.public_id)
