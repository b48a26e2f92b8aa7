"""What is done with one connection: tested, put live, at rest, handed on, authorised, closed, taken along."""

from tempfile import SpooledTemporaryFile
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weiting.accounts.models import Person
from weiting.channels import access, actions, kinds, oauth, queries, words
from weiting.channels.flow import ConnectionState as S
from weiting.channels.health import health_of
from weiting.channels.models import Connection
from weiting.channels.trying import NOT_TRIED, try_out
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.desk.forms.connections import CloseForm, OwnerForm, RestForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply, form_page, status_of
from weiting.publishing import actions as publishing, sent
from weiting.publishing.exporting import write_export
from weiting.publishing.farewell import farewell
from weiting.ui.shell import Link
from weiting.units.access import FILE_ACCOUNT, may
from weiting.units.flow import AccountState

LIST = "/desk/channels/"


def _one(request: HttpRequest, public_id: str, verb: str) -> tuple[Person, Connection, str]:
    """Return who asks, a connection with which they may do the verb, and its page; raise NotFound otherwise."""
    person = cast(Person, request.user)
    found = queries.connection_for(person, public_id)
    if not may(person, verb, found.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return person, found, reverse("desk:channel", args=[found.public_id])


@require_POST
@desk_page(access.KEEP)
def test(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make the harmless call a channel offers, keep how it ended, and say it in words."""
    person, found, page = _one(request, public_id, access.KEEP)
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        trial = try_out(found, wire)
    if trial.code == NOT_TRIED:
        return after_act(request, page, words.matter(NOT_TRIED))
    actions.note_trial(
        found,
        by=person,
        code=trial.code,
        needs=trial.needs,
        why=trial.why,
        named=trial.named,
        expires_at=trial.expires_at,
    )
    if trial.code == "ok":
        known = _("It works: the channel knows us as %(name)s.") % {"name": trial.name}
        return after_act(request, page, known if trial.name else _("It works."))
    said = words.matter(trial.code, found.kind, trial.why)
    found.refresh_from_db()
    if said in health_of(found).said:
        # The page says it with the next step; once is enough.
        messages.error(request, _("The test failed. Below it says why."))
    else:
        messages.error(request, f"{said} {words.need(trial.needs, trial.code, found.kind)}".strip())
    return redirect(page)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.KEEP)
def live(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put a connection live or let it go on; the page says first what follows."""
    person, found, page = _one(request, public_id, access.KEEP)
    waits = sent.waiting_at([found]).get(found.pk, sent.Waiting()).waits
    intro = _(
        "From now on every text the unit releases goes there as well, unless its editor says otherwise."
    )
    if waits:
        intro += "\n" + ngettext(
            "%(n)s text that waits goes out at once.", "%(n)s texts that wait go out at once.", waits
        ) % {"n": waits}
    return form_page(
        request,
        current="channels",
        heading=_("Put “%(name)s” live") % {"name": found.name}
        if found.state == S.PLANNED
        else _("Let “%(name)s” go on") % {"name": found.name},
        form=forms.Form(request.POST if request.method == "POST" else None),
        intro=intro,
        act=lambda _typed: publishing.open_connection(found, by=person),
        to=page,
        submit=_("Put live") if found.state == S.PLANNED else _("Go on"),
        done=_("It is live."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.FREEZE)
def rest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a connection rest, with a reason."""
    person, found, page = _one(request, public_id, access.FREEZE)
    return form_page(
        request,
        current="channels",
        heading=_("Let “%(name)s” rest") % {"name": found.name},
        intro=_(
            "A text on its way there still arrives; after it nothing goes out. What is due waits and is not lost."
        ),
        form=RestForm(request.POST if request.method == "POST" else None),
        act=lambda typed: publishing.rest_connection(found, typed["reason"], by=person),
        to=page,
        submit=_("Let it rest"),
        variant="danger",
        done=_("It rests. What is due waits for it."),
    )


@require_POST
@desk_page(access.KEEP)
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a connection go on after what it needed was settled elsewhere."""
    person, found, page = _one(request, public_id, access.KEEP)
    waits = publishing.resume(found, by=person)
    said = ngettext("It goes on; %(n)s text waits.", "It goes on; %(n)s texts wait.", waits) % {"n": waits}
    return after_act(request, page, said)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ARRANGE)
def owner(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say who answers for a connection."""
    person, found, page = _one(request, public_id, access.ARRANGE)
    return form_page(
        request,
        current="channels",
        heading=_("Who answers for “%(name)s”") % {"name": found.name},
        form=OwnerForm(request.POST if request.method == "POST" else None, connection=found),
        act=lambda typed: actions.name_owner(found, typed["owner"], by=person),
        to=page,
        submit=_("Save"),
        done=_("Saved."),
    )


@require_safe
@desk_page(access.KEEP)
def authorise(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lead to the platform's page at which the account's holder authorises us."""
    person, found, _page = _one(request, public_id, access.KEEP)
    back = f"{settings.PUBLIC_URL.rstrip('/')}{reverse('desk:channel_authorised')}"
    return HttpResponseRedirect(oauth.begin(found, person, back))


@require_safe
@desk_page(access.KEEP)
def authorised(request: HttpRequest) -> HttpResponse:
    """Take what the platform sent somebody back with; what rested goes on."""
    person = cast(Person, request.user)
    try:
        found = oauth.finish(request.GET.dict(), person)
    except (Invalid, Conflict) as refusal:
        messages.error(request, str(refusal.message))
        begun = oauth.begun_of(request.GET.dict())
        return redirect("desk:channel", begun) if begun else redirect("desk:channels")
    waits = publishing.resume(found, by=person)
    done = _("Authorised anew. What waited goes out now.") if waits else _("Authorised anew.")
    messages.success(request, done)
    return redirect("desk:channel", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ARRANGE)
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a connection: what waits is listed, a last text is proposed, the export is offered, then it is asked once."""
    person, found, page = _one(request, public_id, access.ARRANGE)
    if found.state == S.ENDED:
        raise Conflict(_("This connection has ended already."), code="ended")
    waiting = sent.waiting_list(found, 50)
    account = found.account
    is_open = account is not None and account.state not in {AccountState.CLOSED, AccountState.REFUSED}
    form = CloseForm(
        request.POST if request.method == "POST" else None,
        has_waiting=any(each.state == "queued" and each.act == "send" for each in waiting),
        may_close_account=is_open and may(person, FILE_ACCOUNT, found.unit),
    )
    ended: list[publishing.Closing] = []

    def end(typed: dict[str, Any]) -> None:
        ended.append(
            publishing.close_connection(
                found, typed["reason"], by=person, by_hand=typed.get("waiting") == "hand",
                close_account=bool(typed.get("account")),
            )
        )  # fmt: skip

    if apply(request, form, end):
        told = {"off": ended[0].called_off, "hand": ended[0].by_hand, "open": ended[0].unknown}
        messages.success(
            request,
            _(
                "It has ended. Called off: %(off)s; to be done by hand: %(hand)s; to be looked up there: %(open)s."
            )
            % told,
        )
        return redirect(page)
    context = desk_context(
        request,
        current="channels",
        heading=_("Close “%(name)s”") % {"name": found.name},
        connection=found,
        kind=kinds.kind_of(found.kind),
        waiting=sent.titled(waiting),
        farewell=farewell(found),
        form=form,
        crumbs=[Link(_("Channels"), LIST), Link(found.name, page)],
    )
    return render(request, "desk/connections/close.html", context, status=status_of(form))


@require_safe
@desk_page(access.KEEP)
def export(request: HttpRequest, public_id: str) -> FileResponse:
    """Give everything that went to a connection, with its receipts, as a ZIP."""
    person, found, _page = _one(request, public_id, access.KEEP)
    file = SpooledTemporaryFile(max_size=8 * 2**20)  # noqa: SIM115 - the answer closes it
    rows = write_export(found, cast(Any, file))
    publishing.note_export(found, by=person, rows=rows)
    file.seek(0)
    name = f"{found.kind}-{found.public_id}-{clock.today():%Y%m%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
