"""What a hall keeps for its relays: groups of units under a name, and the weekly budget."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import NotFound
from weiting.desk.forms.relay import GroupForm, RulesForm, SignersForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, form_page
from weiting.desk.views.relay import centre_of, tabs_of
from weiting.posts import access as writing, actions as posts, queries as texts
from weiting.relay import access, actions, queries
from weiting.relay.models import Rules
from weiting.units.access import require, units_for
from weiting.units.models import Hall, Unit


@require_safe
@desk_page(access.SEE)
def record(request: HttpRequest) -> HttpResponse:
    """Show how units have answered of late and whose texts they passed on; of one unit, case by case."""
    person = cast(Person, request.user)
    wanted, what = request.GET.get("unit", ""), request.GET.get("what", "")
    cases = []
    if wanted:
        now = clock.now()
        rows = queries.lately(person).filter(unit__public_id=wanted).order_by("-call__opened_at")
        cases = [ask for ask in rows if not what or queries.outcome(ask, now) == what]
    return render(
        request,
        "desk/relay_record.html",
        desk_context(
            request,
            current="relay",
            tabs=tabs_of(person, "record"),
            rows=[] if wanted else queries.records(person),
            cases=cases,
            is_one=bool(wanted),
            days=queries.RECORD.days,
        ),
    )


@require_safe
@desk_page(access.CALL)
def groups(request: HttpRequest) -> HttpResponse:
    """List the groups of units that are kept for reuse."""
    person = cast(Person, request.user)
    return render(
        request,
        "desk/relay_groups.html",
        desk_context(
            request,
            current="relay",
            tabs=tabs_of(person, "groups"),
            groups=list(queries.groups_of(person).prefetch_related("units")),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.CALL)
def group(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """Make a group, change what it holds, or take it out of use."""
    person = cast(Person, request.user)
    found = get_object_or_404(queries.groups_of(person), public_id=public_id) if public_id else None
    if found is not None and request.POST.get("do") == "retire":
        actions.retire_group(found, by=person)
        return after_act(request, "/desk/relay/groups/", _("Taken out of use. Calls made with it stay."))
    centre = found.owner if found else centre_of(person)
    initial = {"name": found.name, "units": list(found.units.values_list("pk", flat=True))} if found else None
    return form_page(
        request,
        current="relay",
        heading=_("Group of units"),
        sub=centre.short_name,
        form=GroupForm(request.POST or None, initial=initial, centre=centre),
        act=lambda typed: actions.save_group(
            centre, by=person, name=typed["name"], units=list(typed["units"]), group=found
        ),
        to="/desk/relay/groups/",
        submit=_("Keep it"),
        done=_("Kept."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.RULES)
def rules(request: HttpRequest) -> HttpResponse:
    """Set how many relays a unit, and a reader, bears in a week."""
    person = cast(Person, request.user)
    units = units_for(person, access.RULES)
    hall = Hall.objects.filter(unit__in=units).order_by("unit__depth", "pk").first()
    if hall is None:
        if not units.exists():
            raise NotFound(_("This page does not exist, or it is not for you."))
        return redirect("desk:relays")
    now = Rules.objects.filter(hall=hall).first() or Rules(hall=hall)
    initial = {"per_week": now.per_week, "per_reader": now.per_reader, "reviews_lines": now.reviews_lines}
    return form_page(
        request,
        current="relay",
        heading=_("Budget of relays"),
        sub=hall.name,
        form=RulesForm(request.POST or None, initial=initial),
        act=lambda typed: actions.save_rules(
            hall,
            by=person,
            per_week=typed["per_week"],
            per_reader=typed["per_reader"],
            reviews_lines=typed["reviews_lines"],
        ),
        to="/desk/relay/",
        submit=_("Set it"),
        done=_("Set. It counts from now on."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(writing.WRITE)
def signers(request: HttpRequest, public_id: str) -> HttpResponse:
    """Name the units that sign a draft together with its own."""
    person = cast(Person, request.user)
    post = texts.post_for(person, public_id)
    require(person, writing.WRITE, post.unit, hidden=True)
    units = Unit.objects.filter(closed_on__isnull=True).exclude(pk=post.unit_id).order_by("path")
    back = f"/desk/write/{post.public_id}/"
    return form_page(
        request,
        current="write",
        heading=_("Publish together"),
        sub=str(post),
        intro=_(
            "Each unit's final reviewer confirms the very words before it goes out; any change asks them all again."
        ),
        form=SignersForm(request.POST or None, initial={"units": post.signers}, units=units),
        act=lambda typed: posts.name_signers(post, list(typed["units"]), by=person),
        to=back,
        submit=_("These units sign"),
        done=_("Kept. They are asked when the text is submitted."),
    )
