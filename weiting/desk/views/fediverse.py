"""One account in the fediverse: followers, what was heard, whom it follows, its key; and who is shut out of it all."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weiting.accounts.models import Person
from weiting.channels import access as channels, queries as connections
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.errors import Conflict, DomainError, Invalid, NotFound, Unavailable
from weiting.desk.forms.fediverse import BlockForm, FollowForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply, form_page, status_of
from weiting.fediverse import access, actions, addresses, queries, words
from weiting.fediverse.actions.accounts import handle_of
from weiting.fediverse.models import Actor, Block, Followed, Heard
from weiting.ui.shell import Link
from weiting.units import queries as units
from weiting.units.access import may

LIST = "/desk/channels/"
# Days of which refused calls are counted on the page.
DAYS = 7


def _missing() -> NotFound:
    return NotFound(_("This page does not exist, or it is not for you."))


def _one(request: HttpRequest, public_id: str, verb: str) -> tuple[Person, Connection]:
    """Return who asks, and a connection to the fediverse with which they may do the verb; raise NotFound otherwise."""
    person = cast(Person, request.user)
    found = connections.connection_for(person, public_id)
    if found.kind != queries.KIND or not may(person, verb, found.unit):
        raise _missing()
    return person, found


# --- one account --------------------------------------------------------------------------------------------


@require_safe
@desk_page(channels.SEE)
def account(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an account: its address, who follows it, what was heard, whom it follows, its key."""
    _person, found = _one(request, public_id, channels.SEE)
    return _account(request, found, FollowForm())


def _account(request: HttpRequest, found: Connection, form: FollowForm) -> HttpResponse:
    person = cast(Person, request.user)
    actor = queries.actor_for(found)
    is_over = found.state == ConnectionState.ENDED
    context = desk_context(
        request,
        current="channels",
        heading=_("Followers and replies"),
        connection=found,
        actor=actor,
        is_over=is_over,
        address=queries.address_of(actor) if actor else f"@{handle_of(found)}@{addresses.domain()}",
        form=form,
        may_speak=not is_over and actor is not None and may(person, access.SPEAK, found.unit),
        may_keep=not is_over and actor is not None and may(person, access.KEEP, found.unit),
        refused=[
            (words.reason(code), count)
            for code, count in sorted(queries.refused_calls(DAYS).items(), key=lambda each: -each[1])
        ],
        days=DAYS,
        **(_counted(found, actor) if actor is not None else {}),
        crumbs=[
            Link(_("Channels"), LIST),
            Link(found.name, reverse("desk:channel", args=[found.public_id])),
            Link(_("Followers and replies"), "", True),
        ],
    )
    return render(request, "desk/connections/fediverse.html", context, status=status_of(form))


def _counted(found: Connection, actor: Actor) -> dict[str, Any]:
    """Count what is known of those who follow and answer; of single people nothing is."""
    large, small_servers, small_followers = queries.followers_grouped(found)
    heard, reactions = queries.count_heard(found), queries.count_reactions(actor)
    return {
        "followers": f"{count:,}" if (count := sum(n for _host, n in large) + small_followers) else "",
        "servers": large,
        "small": {"servers": small_servers, "followers": small_followers},
        "few": queries.FEW,
        "heard": [
            (_("Replies"), heard.get(Heard.Kind.REPLY, 0)),
            (_("Mentions"), heard.get(Heard.Kind.MENTION, 0)),
            (_("Reports"), heard.get(Heard.Kind.REPORT, 0)),
            (_("Likes"), reactions.get("like", 0)),
            (_("Boosts"), reactions.get("announce", 0)),
        ],
        "follows": list(queries.follows_of(actor)[:200]),
    }


@require_POST
@desk_page(access.SPEAK)
def follow(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask to follow an account elsewhere; what was typed comes back with what is wrong about it."""
    person, found = _one(request, public_id, access.SPEAK)
    form = FollowForm(request.POST)
    asked: list[Followed] = []

    def ask(typed: dict[str, Any]) -> None:
        _open_account(found)
        try:
            asked.append(actions.follow(found, typed["address"], by=person))
        except (Invalid, Unavailable) as refusal:
            raise _at_address(refusal) from refusal

    if apply(request, form, ask):
        said = _("Asked. %(address)s is followed as soon as its server agrees.")
        messages.success(request, said % {"address": asked[0].address})
        return redirect("desk:channel_fediverse", found.public_id)
    return _account(request, found, form)


def _open_account(found: Connection) -> None:
    """Raise Conflict unless the account is open: before it is, and after its end, it follows nobody."""
    if queries.actor_for(found) is None or found.state == ConnectionState.ENDED:
        raise Conflict(_("This account is not open, so it cannot follow anybody."), code="not_open")


def _at_address(refusal: DomainError) -> Invalid:
    sentences = getattr(refusal, "fields", {}).get("address") or [str(refusal.message)]
    return Invalid(str(refusal.message), code=refusal.code, fields={"address": sentences})


@require_POST
@desk_page(access.SPEAK)
def unfollow(request: HttpRequest, public_id: str) -> HttpResponse:
    """No longer follow an account elsewhere."""
    person, found = _one(request, public_id, access.SPEAK)
    asked = request.POST.get("followed", "")
    held = Followed.objects.filter(actor__connection=found, public_id=asked[:12]).first()
    if held is None:
        raise Conflict(_("This account is not followed any more."), code="not_followed")
    actions.unfollow(held, by=person)
    page = reverse("desk:channel_fediverse", args=[found.public_id])
    return after_act(request, page, _("%(address)s is no longer followed.") % {"address": held.address})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.KEEP)
def key(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, then give the account a new key and tell its followers."""
    person, found = _one(request, public_id, access.KEEP)
    return form_page(
        request,
        current="channels",
        heading=_("A new key for %(address)s") % {"address": _address(found)},
        form=forms.Form(request.POST if request.method == "POST" else None),
        intro=_(
            "With its key the account signs what it sends. Change it when somebody who should not may have had the"
            " machine or a copy of the database. Followers stay; their servers read the new key by themselves."
        ),
        act=lambda _typed: actions.rotate_key(found, by=person),
        to=reverse("desk:channel_fediverse", args=[found.public_id]),
        submit=_("Make a new key"),
        variant="danger",
        done=_("The account has a new key; its followers are being told."),
    )


def _address(found: Connection) -> str:
    actor = queries.actor_for(found)
    return queries.address_of(actor) if actor is not None else found.name


# --- who is shut out of the hall ----------------------------------------------------------------------------


def _may_block(person: Person) -> bool:
    hall = units.main_hall()
    return hall is not None and may(person, access.BLOCK, hall.unit)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(channels.SEE)
def blocks(request: HttpRequest) -> HttpResponse:
    """Show who is shut out, why and by whom, to all who see channels; who decides also what fails and was reported."""
    person = cast(Person, request.user)
    typed = request.POST if request.method == "POST" else None
    form = BlockForm(typed, initial={"what": request.GET.get("what", "")[:500]})
    made: list[Block] = []
    before = clock.now()
    if apply(request, form, lambda said: made.append(actions.block(said["what"], said["reason"], by=person))):
        if made[0].at < before:
            messages.info(request, _("It was shut out already; the reason stays as it was."))
        else:
            messages.success(
                request, _("Shut out. Nothing is taken from there any more, and nothing is sent.")
            )
        return redirect("desk:fediverse_blocks")
    may_block = _may_block(person)
    context = desk_context(
        request,
        current="channels",
        heading=_("Shut out of the fediverse"),
        rows=[_block(each, may_block) for each in queries.blocks()[:500]],
        form=form,
        may_block=may_block,
        failing=queries.failing() if may_block else [],
        reports=[_report(each) for each in queries.reports()] if may_block else [],
        crumbs=[Link(_("Channels"), LIST), Link(_("Shut out of the fediverse"), "", True)],
    )
    return render(request, "desk/connections/fediverse_blocks.html", context, status=status_of(form))


def _block(each: Block, may_block: bool) -> dict[str, Any]:
    """Of a single account those who do not decide about it read the server only."""
    host = addresses.host_of(each.what)
    return {"block": each, "is_account": bool(host), "name": host if host and not may_block else each.what}


def _report(each: Heard) -> dict[str, Any]:
    """Return a report with its words, opened; without them where this machine has no key to them."""
    try:
        facts = queries.facts_of(each)
    except Unavailable:
        return {"report": each, "host": "", "text": ""}
    return {"report": each, "host": addresses.host_of(facts.by), "text": facts.text}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.BLOCK)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then let a server or an account in again."""
    person = cast(Person, request.user)
    found = Block.objects.filter(pk=pk).first()
    if found is None or not _may_block(person):
        raise _missing()
    return form_page(
        request,
        current="channels",
        heading=_("Let %(what)s in again") % {"what": found.what},
        form=forms.Form(request.POST if request.method == "POST" else None),
        intro=_("It was shut out because: %(reason)s") % {"reason": found.reason}
        + "\n"
        + _("From now on it is heard again. Whoever followed from there has to follow anew."),
        act=lambda _typed: actions.lift_block(found, by=person),
        to=reverse("desk:fediverse_blocks"),
        submit=_("Let it in again"),
        done=_("It is let in again."),
    )


@require_POST
@desk_page(access.BLOCK)
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a report aside as read."""
    person = cast(Person, request.user)
    found = Heard.objects.filter(public_id=public_id, kind=Heard.Kind.REPORT).first()
    if found is None or not _may_block(person):
        raise _missing()
    actions.settle_report(found, by=person)
    return after_act(request, reverse("desk:fediverse_blocks"), _("Put aside as read."))
