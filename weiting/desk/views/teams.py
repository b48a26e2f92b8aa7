"""Who works where: roles, colleagues, substitutes, duty; and a person's own settings."""

from typing import cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weiting.accounts import actions as sign_ins
from weiting.accounts.models import Person
from weiting.core.errors import NotFound
from weiting.desk.forms.people import MeForm, ReasonForm
from weiting.desk.gate import desk_page, keep_language
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply, form_page, status_of
from weiting.desk.views.units import unit_for
from weiting.units import access, actions, queries
from weiting.units.forms import AppointForm, BringInForm, MembershipForm, ShiftForm, SubstituteForm
from weiting.units.models import Membership, Shift, Substitution


def colleagues(person: Person) -> QuerySet[Person]:
    """List the people of the units whose team a person may see; whoever has left them too."""
    seen = access.reach_q(person, access.SEE_TEAM, "memberships__unit")
    return Person.objects.filter(Q(seen) | Q(pk=person.pk)).distinct().order_by("name")


def _somebody(person: Person, public_id: str) -> Person:
    found = colleagues(person).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


@require_safe
@desk_page(access.SEE_TEAM)
def people(request: HttpRequest) -> HttpResponse:
    """List the people of one's units with their roles."""
    person = cast(Person, request.user)
    rows: dict[int, dict[str, object]] = {}
    typed = request.GET.get("q", "").strip()[:60]
    held = queries.people_for(person)
    if typed:
        held = held.filter(Q(person__name__icontains=typed) | Q(unit__short_name__icontains=typed))
    for membership in held[:2000]:
        row = rows.setdefault(membership.person_id, {"person": membership.person, "roles": []})
        cast(list[Membership], row["roles"]).append(membership)
    away = {each.person_id: each for each in queries.substitutions_at()}
    context = desk_context(
        request,
        current="people",
        heading=_("People"),
        rows=[row | {"away": away.get(pk)} for pk, row in rows.items()],
        q=typed,
        may_bring_in=access.may_anywhere(person, access.APPOINT),
    )
    return render(request, "desk/people/people.html", context)


@require_safe
@desk_page(access.SEE_TEAM)
def somebody(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one colleague: roles now and before, absences, and what may be done."""
    person = cast(Person, request.user)
    found = _somebody(person, public_id)
    held = queries.roles_of(found)
    context = desk_context(
        request,
        current="people",
        heading=found.name,
        found=found,
        held=[(each, access.may(person, access.APPOINT, each.unit)) for each in held],
        past=list(queries.past_roles(found)),
        absences=list(queries.substitutions_of(found)),
        standing_in=queries.standing_in_for(found),
        runs=access.administers(person, found) and found.pk != person.pk,
        may_absent=found.pk == person.pk or access.administers(person, found),
    )
    return render(request, "desk/people/somebody.html", context)


@desk_page(access.APPOINT)
def bring_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a sign-in for a new colleague of a unit; the first password is shown this once."""
    person = cast(Person, request.user)
    unit = unit_for(person, public_id, access.APPOINT)
    form = BringInForm(request.POST or None)
    made: list[tuple[Person, str]] = []
    if apply(request, form, lambda typed: made.append(actions.bring_in(unit, by=person, **typed))):
        return _password_page(request, *made[0])
    context = desk_context(
        request, current="people", heading=_("A new colleague"), sub=unit.short_name, form=form,
        submit=_("Make the sign-in"), back=f"/desk/units/{unit.public_id}/",
    )  # fmt: skip
    return render(request, "desk/form.html", context, status=status_of(form))


def _password_page(request: HttpRequest, to: Person, password: str) -> HttpResponse:
    context = desk_context(
        request,
        current="people",
        heading=_("A first password for %(name)s") % {"name": to.name},
        to=to,
        password=password,
    )
    return render(request, "desk/people/password.html", context)


@desk_page(access.APPOINT)
def appoint(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give somebody who has a sign-in a role at a unit."""
    person = cast(Person, request.user)
    unit = unit_for(person, public_id, access.APPOINT)
    known = colleagues(person).filter(is_active=True)
    form = AppointForm(request.POST or None, people=known, initial={"person": request.GET.get("person")})
    return form_page(
        request,
        current="people",
        heading=_("Give a role"),
        sub=unit.short_name,
        form=form,
        act=lambda typed: actions.appoint(typed.pop("person"), unit, typed.pop("role"), by=person, **typed),
        to=f"/desk/units/{unit.public_id}/#team",
        submit=_("Appoint"),
        done=_("The role holds from the day named."),
    )


def _membership(person: Person, pk: int) -> Membership:
    found = Membership.objects.select_related("person", "unit").filter(pk=pk).first()
    if found is None or not access.may(person, access.APPOINT, found.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


@desk_page(access.APPOINT)
def membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the office held, who leads, and whether the register shows it."""
    person = cast(Person, request.user)
    held = _membership(person, pk)
    form = MembershipForm(request.POST or None, instance=Membership.objects.get(pk=pk))
    return form_page(
        request,
        current="people",
        heading=f"{held.person.name} · {held.get_role_display()}",
        sub=held.unit.short_name,
        form=form,
        act=lambda typed: actions.change_membership(held, by=person, **typed),
        to=f"/desk/units/{held.unit.public_id}/#team",
        submit=_("Save"),
        done=_("Saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.APPOINT)
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, in words, then end a role today; the history stays."""
    person = cast(Person, request.user)
    held = _membership(person, pk)
    team = f"/desk/units/{held.unit.public_id}/#team"
    if request.method == "POST":
        actions.end_membership(held, by=person)
        said = _("%(name)s no longer is %(role)s.") % {
            "name": held.person.name,
            "role": held.get_role_display(),
        }
        return after_act(request, team, said)
    context = desk_context(
        request,
        current="people",
        heading=_("End this role"),
        sub=f"{held.person.name} · {held.get_role_display()} · {held.unit.short_name}",
        held=held,
        is_only=all(each.pk == held.pk for each in access.memberships_of(held.person)),
        back=team if request.GET.get("from") == "unit" else f"/desk/people/{held.person.public_id}/",
    )
    return render(request, "desk/people/end_role.html", context)


@desk_page(access.APPOINT)
def let_go(request: HttpRequest, public_id: str) -> HttpResponse:
    """End somebody's sign-in and every role."""
    person = cast(Person, request.user)
    found = _somebody(person, public_id)
    if not access.administers(person, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    return form_page(
        request,
        current="people",
        heading=_("End the sign-in of %(name)s") % {"name": found.name},
        form=ReasonForm(request.POST or None),
        warning=_(
            "Every session ends at once and every role ends today. What %(name)s wrote and decided keeps the name."
        )
        % {"name": found.name},
        act=lambda typed: actions.let_go(found, typed["reason"], by=person),
        to="/desk/people/",
        back=f"/desk/people/{found.public_id}/",
        submit=_("End the sign-in"),
        variant="danger",
        done=_("The sign-in has ended."),
    )


@require_POST
@desk_page(access.APPOINT)
def give_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a sign-in back; roles are given anew."""
    person = cast(Person, request.user)
    found = _somebody(person, public_id)
    if not access.administers(person, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    actions.give_back(found, by=person)
    return after_act(
        request, f"/desk/people/{found.public_id}/", _("The sign-in works again. Give the roles anew.")
    )


@require_POST
@desk_page(access.APPOINT)
def renew(request: HttpRequest, public_id: str) -> HttpResponse:
    """End every session of somebody and make a new first password, shown this once."""
    person = cast(Person, request.user)
    found = _somebody(person, public_id)
    if not access.administers(person, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    given = actions.renew_sign_in(found, by=person)
    return _password_page(request, found, given)


@desk_page()
def away(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say who acts for a person while they are away: the person themselves, or their administrator."""
    person = cast(Person, request.user)
    found = _somebody(person, public_id)
    if found.pk != person.pk and not access.administers(person, found):
        raise NotFound(_("This page does not exist, or it is not for you."))
    form = SubstituteForm(
        request.POST or None, person=found, colleagues=colleagues(person).filter(is_active=True)
    )
    mine = found.pk == person.pk
    return form_page(
        request,
        current="me" if mine else "people",
        heading=_("Who stands in for %(name)s") % {"name": found.name},
        form=form,
        intro=_(
            "Reviews that wait, duty and whatever else is asked of this person reaches the substitute too."
        ),
        act=lambda typed: actions.name_substitute(
            found, typed["substitute"], typed["from_at"], typed["until_at"], reason=typed["reason"], by=person
        ),
        to="/desk/me/" if mine else f"/desk/people/{found.public_id}/",
        submit=_("Name the substitute"),
        done=_("Named."),
    )


@require_POST
@desk_page()
def back_again(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution: the person is back."""
    person = cast(Person, request.user)
    found = Substitution.objects.select_related("person").filter(pk=pk).first()
    if found is None or not (found.person_id == person.pk or access.administers(person, found.person)):
        raise NotFound(_("This page does not exist, or it is not for you."))
    actions.end_substitution(found, by=person)
    return after_act(request, "/desk/me/", _("Ended. Welcome back."))


@desk_page(access.PLAN_DUTY)
def plan_shift(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put somebody on a unit's roster."""
    person = cast(Person, request.user)
    unit = unit_for(person, public_id, access.PLAN_DUTY)
    return form_page(
        request,
        current="units",
        heading=_("Plan a shift"),
        sub=unit.short_name,
        form=ShiftForm(request.POST or None, unit=unit),
        act=lambda typed: actions.plan_shift(
            unit, typed["person"], typed["starts_at"], typed["ends_at"], by=person
        ),
        to=f"/desk/units/{unit.public_id}/#duty",
        submit=_("Plan"),
        done=_("On the roster."),
    )


@require_POST
@desk_page(access.PLAN_DUTY)
def call_off_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a shift that has not begun off the roster."""
    person = cast(Person, request.user)
    shift = Shift.objects.select_related("unit", "person").filter(pk=pk).first()
    if shift is None or not access.may(person, access.PLAN_DUTY, shift.unit):
        raise NotFound(_("This page does not exist, or it is not for you."))
    actions.call_off_shift(shift, by=person)
    return after_act(request, f"/desk/units/{shift.unit.public_id}/#duty", _("Taken off the roster."))


@desk_page()
def me(request: HttpRequest) -> HttpResponse:
    """One's own settings: name, contact, language, when notices come by mail, who stands in."""
    person = cast(Person, request.user)
    form = MeForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    changed: list[Person] = []
    if apply(
        request, form, lambda typed: changed.append(sign_ins.set_preferences(person, by=person, **typed))
    ):
        messages.success(request, _("Saved."))
        response = redirect("/desk/me/")
        keep_language(request, response, changed[0].language)
        return response
    context = desk_context(
        request,
        current="me",
        heading=_("My settings"),
        form=form,
        me=person,
        absences=list(queries.substitutions_of(person)),
        standing_in=queries.standing_in_for(person),
        roles=access.memberships_of(person),
    )
    return render(request, "desk/people/me.html", context, status=status_of(form))
