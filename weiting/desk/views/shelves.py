"""The shelves: columns and how they keep their rhythm, topics, templates and phrases."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.desk import composing
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.shelves import ColumnForm, TemplateForm, TopicForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.posts import access, actions, queries
from weiting.posts.models import Column, Template, Topic
from weiting.ui.shell import Link
from weiting.units.access import may, may_anywhere, units_for


def tabs_of(current: str) -> list[Link]:
    """List the shelves as tabs."""
    return [
        Link(_("Columns"), "/desk/shelves/", current == "columns"),
        Link(_("Topics"), "/desk/shelves/topics/", current == "topics"),
        Link(_("Templates and phrases"), "/desk/shelves/templates/", current == "templates"),
        Link(_("Words"), "/desk/shelves/words/", current == "words"),
        Link(_("WeChat issues"), "/desk/write/issues/", current == "issues"),
        Link(_("Assignments"), "/desk/write/assignments/", current == "assignments"),
        Link(_("Library"), "/desk/write/library/", current == "library"),
    ]


@require_safe
@desk_page(access.READ)
def columns(request: HttpRequest) -> HttpResponse:
    """List the columns with their last post, the next due, and who is late."""
    person = cast(Person, request.user)
    mine = {unit.pk for unit in composing.writing_units(person)}
    return render(
        request,
        "desk/shelves/columns.html",
        desk_context(
            request,
            current="shelves",
            tabs=tabs_of("columns"),
            rows=queries.column_health(),
            closed=Column.objects.filter(closed_on__isnull=False).select_related("owner"),
            mine=mine,
            today=clock.today(),
            may_change=may_anywhere(person, access.COLUMNS),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.COLUMNS)
def column(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Open a column, change one, or close it."""
    person = cast(Person, request.user)
    found = get_object_or_404(Column, slug=slug) if slug else None
    if found is not None and not may(person, access.COLUMNS, found.owner):
        raise NotFound(_("This column is not yours to change."))
    if found is not None and request.POST.get("do") == "close":
        actions.close_column(found, by=person)
        messages.success(request, _("Closed. Its page and its texts stay."))
        return redirect("desk:columns")
    owners = units_for(person, access.COLUMNS).filter(closed_on__isnull=True).order_by("path")
    form = ColumnForm(request.POST if request.method == "POST" else None, instance=found, owners=owners)

    def save(said: dict[str, Any]) -> None:
        actions.save_column(_fresh(Column, found), by=person, **said)

    done = _saved(request, form, save)
    if done:
        messages.success(request, _("Saved."))
        return redirect("desk:columns")
    return render(
        request,
        "desk/shelves/form.html",
        desk_context(
            request,
            current="shelves",
            form=form,
            title=_("Column %(name)s") % {"name": found} if found else _("New column"),
            back="/desk/shelves/",
            may_close=found is not None and found.closed_on is None,
            is_template=False,
        ),
        status=422 if form.is_bound else 200,
    )


def _fresh(model: Any, found: Any) -> Any:
    """Read the row again: the form has already written what was typed into the one in hand."""
    return model.objects.get(pk=found.pk) if found is not None else None


def _saved(request: HttpRequest, form: ModelForm, save: Any) -> bool:  # type: ignore[type-arg]
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except Invalid as refusal:
        show_refusal(form, refusal)
        return False
    return True


@require_safe
@desk_page(access.READ)
def topics(request: HttpRequest) -> HttpResponse:
    """List the topics."""
    person = cast(Person, request.user)
    return render(
        request,
        "desk/shelves/topics.html",
        desk_context(
            request,
            current="shelves",
            tabs=tabs_of("topics"),
            rows=Topic.objects.order_by("-is_standing", "position", "pk"),
            may_change=may_anywhere(person, access.TOPICS),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.TOPICS)
def topic(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Open a topic or change one."""
    person = cast(Person, request.user)
    found = get_object_or_404(Topic, slug=slug) if slug else None
    form = TopicForm(request.POST if request.method == "POST" else None, instance=found)

    def save(said: dict[str, Any]) -> None:
        actions.save_topic(_fresh(Topic, found), by=person, **said)

    if _saved(request, form, save):
        messages.success(request, _("Saved."))
        return redirect("desk:topics")
    return render(
        request,
        "desk/shelves/form.html",
        desk_context(
            request,
            current="shelves",
            form=form,
            title=_("Topic %(name)s") % {"name": found} if found else _("New topic"),
            back="/desk/shelves/topics/",
        ),
        status=422 if form.is_bound else 200,
    )


def _visible(person: Person) -> Q:
    """Templates of everybody, of the units a person reads at, and of those above them."""
    units = list(units_for(person, access.READ).order_by("path")[:500])
    above = {pk for unit in units for pk in unit.ancestor_ids}
    return Q(unit__isnull=True) | Q(unit__in=above)


@require_safe
@desk_page(access.READ)
def templates(request: HttpRequest) -> HttpResponse:
    """List the templates and phrases one may use."""
    person = cast(Person, request.user)
    rows = (
        Template.objects.filter(_visible(person), retired_at__isnull=True)
        .select_related("unit", "column")
        .order_by("-for_emergency", "is_phrase", "name")
    )
    return render(
        request,
        "desk/shelves/templates.html",
        desk_context(
            request,
            current="shelves",
            tabs=tabs_of("templates"),
            rows=rows,
            mine=set(units_for(person, access.TEMPLATES).values_list("pk", flat=True)),
            keeps_all=may_anywhere(person, access.ASSIGN),
            may_change=may_anywhere(person, access.TEMPLATES),
            may_write=may_anywhere(person, access.WRITE),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.TEMPLATES)
def template(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a template or phrase, or change one."""
    person = cast(Person, request.user)
    found = get_object_or_404(Template, _visible(person), pk=pk, retired_at__isnull=True) if pk else None
    for_all = may_anywhere(person, access.ASSIGN)
    if found is not None and not (may(person, access.TEMPLATES, found.unit) if found.unit else for_all):
        raise NotFound(_("This template is not yours to change."))
    units = units_for(person, access.TEMPLATES).filter(closed_on__isnull=True).order_by("path")
    form = TemplateForm(
        request.POST if request.method == "POST" else None, instance=found, units=units, for_all=for_all
    )

    def save(said: dict[str, Any]) -> None:
        actions.save_template(_fresh(Template, found), by=person, **said)

    if _saved(request, form, save):
        messages.success(request, _("Saved."))
        return redirect("desk:templates")
    return render(
        request,
        "desk/shelves/form.html",
        desk_context(
            request,
            current="shelves",
            form=form,
            title=_("Template “%(name)s”") % {"name": found} if found else _("New template or phrase"),
            back="/desk/shelves/templates/",
            retire=found,
        ),
        status=422 if form.is_bound else 200,
    )


@require_POST
@desk_page(access.TEMPLATES)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a template out of the lists, or put it back."""
    person = cast(Person, request.user)
    found = get_object_or_404(Template, _visible(person), pk=pk)
    if request.POST.get("do") == "back":
        actions.save_template(found, by=person, retired_at=None)
        messages.success(request, _("“%(name)s” is back in the lists.") % {"name": found})
        return redirect("desk:templates")
    actions.retire_template(found, by=person)
    return render(
        request,
        "desk/shelves/retired.html",
        desk_context(request, current="shelves", template=found, tabs=tabs_of("templates")),
    )
