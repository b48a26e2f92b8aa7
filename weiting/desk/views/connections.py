"""The connections of one's units: the board of their health, one of them whole, a new one, its settings."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting import audit
from weiting.accounts.models import Person
from weiting.audit import labels
from weiting.channels import access, actions, explaining, hearing, kinds, oauth, queries, quotas
from weiting.channels.flow import ConnectionState as S
from weiting.channels.health import health_of
from weiting.channels.models import Connection
from weiting.channels.opening import secrets_of
from weiting.core.errors import DomainError, Invalid, NotFound
from weiting.core.paging import keyset
from weiting.desk.forms.connections import PlanForm, SettingsForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import apply, form_page, status_of
from weiting.publishing import access as publish, actions as publishing, sent
from weiting.ui.shell import Link
from weiting.units.access import may, may_anywhere

PAGE = 100
LIST = "/desk/channels/"


@require_safe
@desk_page(access.SEE)
def connections(request: HttpRequest) -> HttpResponse:
    """Show the connections of one's units with what is the matter and the next step, the most urgent first."""
    person = cast(Person, request.user)
    ended = request.GET.get("state") == "ended"
    words = request.GET.get("q", "").strip()[:60]
    said = request.GET.get("page", "")
    page = max(1, int(said)) if said.isdecimal() and len(said) < 4 else 1
    rows = list(queries.connections_for(person, ended=ended, q=words)[(page - 1) * PAGE : page * PAGE + 1])
    found = rows[:PAGE]
    waiting, last = sent.waiting_at(found), sent.last_arrived(found)
    shown = [_row(each, waiting.get(each.pk), last.get(each.pk)) for each in found]
    kept = {"q": words, "state": "ended" if ended else ""}
    context = desk_context(
        request,
        current="channels",
        heading=_("Channels"),
        tabs=[Link(_("In use"), LIST, not ended), Link(_("Ended"), f"{LIST}?state=ended", ended)],
        rows=shown,
        q=words,
        ended=ended,
        may_plan=queries.units_to_connect(person).exists(),
        may_deliveries=may_anywhere(person, publish.SEE),
        before=_page(kept, page - 1) if page > 1 else "",
        more=_page(kept, page + 1) if len(rows) > PAGE else "",
    )
    return render(request, "desk/connections/list.html", context)


def _page(kept: dict[str, str], page: int) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in {**kept, "page": str(page)}.items() if value)


def _row(each: Connection, waiting: sent.Waiting | None, last: Any) -> dict[str, Any]:
    return {
        "connection": each,
        "kind": kinds.kind_of(each.kind),
        "health": health_of(each),
        "waiting": waiting or sent.Waiting(),
        "last": max((at for at in (last, each.last_ok_at) if at is not None), default=None),
        "days": queries.days_left(each.expires_at) if each.expires_at else None,
    }


@require_safe
@desk_page(access.SEE)
def connection(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one connection: how it is, the steps to set it up, what waits and what arrived, its quotas, its history."""
    person = cast(Person, request.user)
    found = queries.connection_for(person, public_id)
    kind = kinds.kind_of(found.kind)
    context = desk_context(
        request,
        current="channels",
        heading=found.name,
        connection=found,
        kind=kind,
        health=health_of(found),
        may=_may(person, found),
        steps=_steps(found, kind) if found.state == S.PLANNED else (),
        is_filled=_is_filled(found, kind),
        values=[
            (each.label, dict(each.choices).get(value, value))
            for each in kind.plain
            if (value := found.values.get(each.name))
        ],
        secrets=[(each.label, found.secret_set(each.name)) for each in kind.secrets],
        hook=_hook(request, found) if kind.is_called_back and found.state != S.ENDED else "",
        troubles=hearing.troubles(found) if kind.is_called_back else [],
        there=_there(found),
        quotas=quotas.quota_of(found),
        waiting=sent.titled(sent.waiting_list(found, 20)),
        arrived=sent.titled(sent.arrived_list(found, 5)),
        is_offered=_is_offered(found),
        history=[
            {
                "label": labels.sentence(each.verb),
                "at": each.at,
                "by": each.actor_label,
                "why": each.facts.get("reason", ""),
            }
            for each in audit.entries_for(found)[:12]
        ],
        crumbs=[Link(_("Channels"), LIST), Link(found.name, "", True)],
    )
    return render(request, "desk/connections/connection.html", context)


def _there(found: Connection) -> list[str]:
    """What to do at the platform, step by step, about what keeps texts back or made the last test fail."""
    code = found.needs_code or (found.tested_code if found.tested_code != "ok" else "")
    return explaining.steps(found.kind, code, found.values, found.tested_why)


def _may(person: Person, found: Connection) -> dict[str, bool]:
    is_over = found.state == S.ENDED
    return {
        "arrange": not is_over and may(person, access.ARRANGE, found.unit),
        "keep": not is_over and may(person, access.KEEP, found.unit),
        "freeze": found.state == S.LIVE and may(person, access.FREEZE, found.unit),
        "export": may(person, access.KEEP, found.unit),
        "plan": may(person, publish.PLAN, found.unit),
        "deliveries": may(person, publish.SEE, found.unit),
    }


def _is_offered(found: Connection) -> bool:
    try:
        return found.state != S.ENDED and oauth.is_offered(found)
    except DomainError:
        return False


def _steps(found: Connection, kind: kinds.Kind) -> list[dict[str, Any]]:
    """The steps of setting up, with the first that is open marked as the next."""
    is_filled = _is_filled(found, kind)
    done = [("settings", _("Settings"), is_filled)]
    if kind.asks_base:
        done.append(("try", _("Test"), is_filled and found.tested_code == "ok"))
    done.append(("live", _("Put live"), False))
    now = next((name for name, _label, is_done in done if not is_done), "")
    return [
        {"name": name, "label": label, "state": "done" if is_done else "now" if name == now else ""}
        for name, label, is_done in done
    ]


def _is_filled(found: Connection, kind: kinds.Kind) -> bool:
    try:
        return not actions.missing(found) and bool(found.base or not kind.asks_base)
    except DomainError:
        return False


def _hook(request: HttpRequest, found: Connection) -> str:
    try:
        path = reverse("channels:hook", args=[found.public_id])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.ARRANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a unit and a kind, then the account and a name: a planned connection."""
    person = cast(Person, request.user)
    units = list(queries.units_to_connect(person)[:300])
    asked = request.GET.get("unit", "")
    unit = next(
        (each for each in units if each.public_id == asked),
        units[0] if len(units) == 1 and not asked else None,
    )
    kind = next((each for each in kinds.offered() if each.key == request.GET.get("kind", "")), None)
    if asked and unit is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    if unit is None or kind is None:
        context = desk_context(
            request,
            current="channels",
            heading=_("Connect a channel"),
            units=units,
            unit=unit,
            kinds=kinds.offered(),
            crumbs=[Link(_("Channels"), LIST), Link(_("Connect a channel"), "", True)],
        )
        return render(request, "desk/connections/new.html", context)
    form = PlanForm(request.POST if request.method == "POST" else None, unit=unit, kind=kind)
    planned: list[Connection] = []

    def plan(typed: dict[str, Any]) -> None:
        planned.append(
            actions.plan_connection(unit, kind.key, typed["name"], by=person, account=typed.get("account"))
        )

    if apply(request, form, plan):
        messages.success(request, _("Planned. Nothing goes there yet; the next step stands here."))
        return redirect("desk:channel", planned[0].public_id)
    context = desk_context(
        request,
        current="channels",
        heading=_("Connect %(kind)s") % {"kind": kind.label},
        unit=unit,
        kind=kind,
        form=form,
        has_account=not kind.platforms or bool(form.fields["account"].choices),  # type: ignore[attr-defined]
        crumbs=[Link(_("Channels"), LIST), Link(_("Connect a channel"), reverse("desk:channel_new"))],
    )
    return render(request, "desk/connections/plan.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.KEEP)
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change the settings and secrets of a connection; what rested for their sake then goes on."""
    person = cast(Person, request.user)
    found = queries.connection_for(person, public_id)
    if not may(person, access.KEEP, found.unit) or found.state == S.ENDED:
        raise NotFound(_("This page does not exist, or it is not for you."))
    kind = kinds.kind_of(found.kind)
    form = SettingsForm(request.POST if request.method == "POST" else None, connection=found, kind=kind)
    had = set(found.secrets_set)

    def save(_typed: dict[str, Any]) -> None:
        given = form.given()
        try:
            publishing.renew_connection(found, by=person, **given)
        except Invalid as refusal:
            refusal.fields = {form.field_of(name): said for name, said in refusal.fields.items()}
            raise
        for each in kind.secrets:
            # Made here just now: whoever is to have it too must be shown it, this once.
            if (
                each.is_made
                and each.name in found.secrets_set.keys() - had
                and not given["secrets_given"][each.name]
            ):
                facts = {"name": each.label, "value": secrets_of(found)[each.name]}
                messages.info(request, _("%(name)s, shown only now: %(value)s") % facts)

    return form_page(
        request,
        current="channels",
        heading=_("Settings of %(name)s") % {"name": found.name},
        sub=f"{found.unit.short_name} · {kind.label}",
        form=form,
        act=save,
        to=reverse("desk:channel", args=[found.public_id]),
        submit=_("Save"),
        done=_("Saved."),
    )


@require_safe
@desk_page(access.SEE)
def archive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what stood on a platform that has closed, newest first."""
    found = queries.connection_for(cast(Person, request.user), public_id)
    words = request.GET.get("q", "").strip()[:60]
    rows = queries.archive_of(found, words)
    context = desk_context(
        request,
        current="channels",
        heading=found.name,
        connection=found,
        q=words,
        total=rows.count(),
        page=keyset(rows, by="at", cursor=request.GET.get("cursor", ""), size=30),
        crumbs=[
            Link(_("Channels"), f"{LIST}?state=ended"),
            Link(found.name, reverse("desk:channel", args=[found.public_id])),
        ],
    )
    return render(request, "desk/connections/archive.html", context)
