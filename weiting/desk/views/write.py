"""The list of texts by state, and how a text is begun: blank, from a template, an assignment, a promise."""

from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.errors import Invalid, NotFound
from weiting.core.paging import keyset
from weiting.desk import composing
from weiting.desk.forms.base import show_refusal
from weiting.desk.forms.shelves import StartForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.posts import access, actions, queries
from weiting.posts.flow import AssignmentState, FollowUpState, PostState
from weiting.posts.models import AssignmentTarget, Column, FollowUp, LinkKind, Post, Template
from weiting.ui.shell import Link
from weiting.units.access import may, may_anywhere, reach_q, units_for
from weiting.units.models import Unit

TABS: dict[str, tuple[str, ...]] = {
    "work": (PostState.DRAFT, PostState.RETURNED),
    "review": (PostState.IN_REVIEW,),
    "approved": (PostState.APPROVED,),
    "public": (PostState.PUBLISHED,),
    "past": (PostState.EXPIRED, PostState.WITHDRAWN),
    "aside": (PostState.DISCARDED,),
}


def _labels() -> dict[str, str]:
    return {
        "work": _("In work"),
        "review": _("In review"),
        "approved": _("Approved"),
        "public": _("Published"),
        "past": _("Expired or withdrawn"),
        "aside": _("Put aside"),
    }


@require_safe
@desk_page(access.READ)
def write_list(request: HttpRequest) -> HttpResponse:
    """Show the texts of my units by state, and beside them what is to be written next."""
    person = cast(Person, request.user)
    tab = request.GET.get("tab", "work")
    if tab not in TABS:
        tab = "work"
    units = list(units_for(person, access.READ).order_by("path")[:300])
    columns = list(queries.open_columns().order_by("position", "pk"))
    filters: dict[str, Any] = {
        "unit_id": _one_of(request.GET.get("unit", ""), units),
        "column_id": _one_of(request.GET.get("column", ""), columns),
        "q": request.GET.get("q", "")[:60].replace("\x00", ""),
        "mine": request.GET.get("mine") == "1",
    }
    counts = composing.counts_by_state(person, **filters)
    page = keyset(
        queries.posts_of(person, states=TABS[tab], **filters),
        by="changed_at",
        cursor=request.GET.get("cursor", ""),
        size=40,
    )
    kept = {name: value for name, value in request.GET.items() if name not in {"tab", "cursor"} and value}
    labels = _labels()
    tabs = [
        Link(
            labels[key],
            f"?{urlencode({**kept, 'tab': key})}",
            current=key == tab,
            count=None if key == "public" else sum(counts.get(state, 0) for state in states),
        )
        for key, states in TABS.items()
    ]
    return render(
        request,
        "desk/write/list.html",
        desk_context(
            request,
            current="write",
            page=page,
            open_by=composing.present(page.rows, person),
            tabs=tabs,
            tab=tab,
            units=units,
            columns=columns,
            filters=filters,
            filtered=any(filters.values()),
            may_write=may_anywhere(person, access.WRITE),
            may_issue=may_anywhere(person, access.ISSUES),
            **_next_up(person),
        ),
    )


def _one_of(value: str, rows: list[Any]) -> int | None:
    return int(value) if value.isdigit() and any(row.pk == int(value) for row in rows) else None


def _next_up(person: Person) -> dict[str, Any]:
    """Return what a person's units owe: assignments, promises, columns."""
    mine = {unit.pk for unit in composing.writing_units(person)}
    soon = clock.now() + timedelta(days=7)
    promises = queries.due_follow_ups(until=soon, scope=reach_q(person, access.FOLLOW_UP, "unit"))[:6]
    return {
        "now": clock.now(),
        "assigned": queries.assignments_for(person).filter(
            state__in=[AssignmentState.OPEN, AssignmentState.ACCEPTED]
        )[:6],
        "promises": promises,
        "due_columns": [
            health
            for health in queries.column_health()
            if health.column.owner_id in mine and health.next_on and health.next_on <= clock.today()
        ][:6],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.WRITE)
def write_new(request: HttpRequest) -> HttpResponse:
    """Begin a text; what it begins from is named in the address or the form."""
    person = cast(Person, request.user)
    said = request.POST if request.method == "POST" else request.GET
    begin = _Beginning(person, said)
    units = units_for(person, access.WRITE).filter(closed_on__isnull=True).order_by("path")
    form = StartForm(
        request.POST if request.method == "POST" else None, units=units, initial=begin.initial(units)
    )
    if request.method == "POST" and form.is_valid():
        try:
            post = begin.start(form.cleaned_data)
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("desk:compose", post.public_id)
    chosen = begin.initial(units).get("unit")
    speaking = next((unit for unit in units[:300] if unit.pk == chosen), units.first())
    return render(
        request,
        "desk/write/new.html",
        desk_context(
            request,
            current="write",
            form=form,
            begin=begin,
            templates=queries.templates_for(speaking) if speaking else (),
            recent=queries.posts_of(person, states=[PostState.PUBLISHED], mine=True)[:6],
        ),
        status=422 if form.is_bound else 200,
    )


class _Beginning:
    """What a text is begun from; NotFound for anything that is not for this person."""

    def __init__(self, person: Person, said: Any) -> None:
        self.person = person
        self.template = self._template(said.get("template", ""))
        self.target = self._target(said.get("assignment", ""))
        self.promise = self._promise(said.get("promise", ""))
        self.source = queries.post_for(person, said["copy"]) if said.get("copy") else None
        self.column = Column.objects.filter(slug=said.get("in", ""), closed_on__isnull=True).first()

    def _template(self, pk: str) -> Template | None:
        if not pk.isdigit():
            return None
        found = get_object_or_404(Template, pk=int(pk), retired_at__isnull=True)
        if found.unit is not None and not may(self.person, access.READ, found.unit):
            below = units_for(self.person, access.WRITE).filter(path__startswith=found.unit.path)
            if not below.exists():
                raise NotFound(_("This template does not exist, or it is not for you."))
        return found

    def _target(self, pk: str) -> AssignmentTarget | None:
        return get_object_or_404(queries.assignments_for(self.person), pk=int(pk)) if pk.isdigit() else None

    def _promise(self, pk: str) -> FollowUp | None:
        if not pk.isdigit():
            return None
        rows = FollowUp.objects.filter(
            reach_q(self.person, access.FOLLOW_UP, "unit"), state=FollowUpState.OPEN
        )
        return get_object_or_404(rows.select_related("unit", "post__live", "post__column"), pk=int(pk))

    def initial(self, units: QuerySet[Unit]) -> dict[str, Any]:
        """Return what the form is filled with."""
        first = units.first()
        unit = first.pk if first else None
        found: dict[str, Any] = {"unit": unit, "column": self.column.pk if self.column else None}
        if self.column is not None and units.filter(pk=self.column.owner_id).exists():
            found["unit"] = self.column.owner_id
        if self.template is not None:
            found |= {
                "title": self.template.title,
                "column": self.template.column_id,
                "klass": self.template.klass,
                "unit": self.template.unit_id or unit,
            }
        if self.target is not None:
            asked = self.target.assignment
            found |= {"unit": self.target.unit_id, "title": asked.title, "column": asked.column_id}
        if self.promise is not None:
            found |= {
                "unit": self.promise.unit_id,
                "title": self.promise.promise,
                "column": self.promise.post.column_id,
                "klass": self.promise.post.klass,
            }
        if self.source is not None:
            found |= {
                "unit": self.source.unit_id,
                "title": str(self.source),
                "column": self.source.column_id,
                "klass": self.source.klass,
            }
        return found

    @property
    def from_what(self) -> dict[str, str]:
        """Return the hidden fields that carry the beginning through the form, and one sentence about it."""
        if self.template is not None:
            return {
                "template": str(self.template.pk),
                "said": _("From the template “%(name)s”.") % {"name": self.template},
            }
        if self.target is not None:
            return {
                "assignment": str(self.target.pk),
                "said": _("For the assignment “%(name)s”.") % {"name": self.target.assignment},
            }
        if self.promise is not None:
            return {
                "promise": str(self.promise.pk),
                "said": _("To keep the promise made in “%(name)s”.") % {"name": self.promise.post},
            }
        if self.source is not None:
            return {"copy": self.source.public_id, "said": _("A copy of “%(name)s”.") % {"name": self.source}}
        return {}

    def start(self, said: dict[str, Any]) -> Post:
        """Start the text and bring along what belongs to it."""
        if self.source is not None:
            return self._copy(self.source, said)
        post = actions.start_post(
            said["unit"],
            by=self.person,
            title=said["title"],
            column=said["column"],
            klass=said["klass"],
            template=self.template,
            assignment=self.target,
        )
        if self.promise is not None:
            actions.link_posts(post, self.promise.post, LinkKind.CONTINUES, by=self.person)
        if self.target is not None and self.target.state == AssignmentState.OPEN:
            actions.accept_assignment(self.target, by=self.person)
        return post

    def _copy(self, source: Post, said: dict[str, Any]) -> Post:
        """Copy a text and give the copy the title and place chosen for it."""
        post = actions.copy_post(source, said["unit"], by=self.person)
        if said["title"] and post.working is not None:
            actions.save_working(post, by=self.person, saves=post.working.saves, title=said["title"])
        actions.arrange_post(post, by=self.person, column=said["column"], klass=said["klass"])
        return post
