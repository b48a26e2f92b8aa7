"""Reading the audit: every act in words, the state of the chain, a stretch to take away. Nothing here changes it."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting import audit
from weiting.accounts.models import Person
from weiting.audit import chain, export, queries
from weiting.audit.models import Entry
from weiting.core.actions import action
from weiting.core.errors import Invalid, NotAllowed
from weiting.desk.access import READ_AUDIT
from weiting.desk.forms.audit import AuditFilter, ExportForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.words import fact_label, fact_value
from weiting.units.access import RULES, memberships_of, units_for
from weiting.units.models import Scope

NEWEST = 200
MOST = 20_000


@dataclass(frozen=True)
class Line:
    """One entry as it is shown: the act in words and its facts in readable pairs."""

    entry: Entry
    facts: list[tuple[str, str]]


def reads_everything(person: Person) -> bool:
    """Say whether a person reads the audit of the whole tree, entries without a unit included."""
    return any(
        held.role in RULES[READ_AUDIT] and held.scope == Scope.SUBTREE and held.unit.depth == 0
        for held in memberships_of(person)
    )


def _wanted(person: Person, typed: dict[str, Any]) -> audit.Filter:
    unit = typed.get("unit")
    reach = units_for(person, READ_AUDIT)
    unit_ids = None
    if unit is not None:
        unit_ids = list(reach.filter(path__startswith=unit.path).values_list("pk", flat=True))
    elif not reads_everything(person):
        unit_ids = list(reach.values_list("pk", flat=True))
    return audit.Filter(
        verb=typed.get("verb") or "",
        actor_id=typed["who"].pk if typed.get("who") else None,
        unit_ids=unit_ids,
        subject=audit.Ref(typed["type"], typed["id"]) if typed.get("type") else None,
        since=typed.get("since"),
        until=typed.get("until"),
    )


@require_safe
@desk_page(READ_AUDIT)
def entries(request: HttpRequest) -> HttpResponse:
    """List what was done, newest first, narrowed down as asked, with the state of the chain beside it."""
    person = cast(Person, request.user)
    form = AuditFilter(request.GET, units=units_for(person, READ_AUDIT))
    typed = dict(form.cleaned_data) if form.is_valid() else {}
    typed |= {"type": request.GET.get("type", "")[:100], "id": request.GET.get("id", "")[:64]}
    page = queries.entries(_wanted(person, typed), cursor=request.GET.get("cursor", ""))
    lines = [
        Line(entry, [(fact_label(key), fact_value(value)) for key, value in entry.facts.items()])
        for entry in page
    ]
    is_whole = reads_everything(person)
    last = queries.last_seq()
    context = desk_context(
        request,
        current="audit",
        heading=_("Audit"),
        form=form,
        page=page,
        lines=lines,
        about=typed["type"],
        state=_state(last),
        last=last,
        head=queries.latest_head(),
        is_whole=is_whole,
        export_form=ExportForm(initial={"first": max(1, last - 999), "last": last}, auto_id="e_%s")
        if is_whole
        else None,
    )
    return render(request, "desk/audit/entries.html", context)


def _state(last: int) -> chain.Report:
    """Check the newest links of the chain; the whole of it is checked on the command line."""
    first = max(1, last - NEWEST + 1)
    start = queries.digests_before(first)
    with transaction.atomic(), closing(queries.links(first, last)) as links:
        return chain.check(links, queries.announced_heads(first, last), first=first, start=start)


@action
def _export(first: int, last: int, *, by: Person) -> bytes:
    """Write a stretch as one file and record who took it; raise Invalid when it does not hold or is too long."""
    last = min(last, queries.last_seq())
    if first > last or last - first >= MOST:
        sentence = _(
            "Choose at most %(n)s entries that exist; longer stretches are exported on the server."
        ) % {"n": MOST}
        raise Invalid(sentence, fields={"last": [sentence]})
    with closing(queries.links(first, last)) as links:
        report = chain.check(
            links, queries.announced_heads(first, last), first=first, start=queries.digests_before(first)
        )
    with closing(queries.links(first, last)) as links:
        written = b"".join(line + b"\n" for line in export.lines(links, report))
    audit.record("audit.stretch.export", by=by, first=first, last=last)
    return written


@require_POST
@desk_page(READ_AUDIT)
def export_stretch(request: HttpRequest) -> HttpResponse:
    """Send a stretch of the chain as a file that anybody can check; that it was taken is recorded."""
    person = cast(Person, request.user)
    if not reads_everything(person):
        raise NotAllowed(
            _("A stretch holds acts of every unit: only auditors of the whole hall may take one.")
        )
    form = ExportForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Name the first and the last number of the stretch."))
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    content = _export(first, last, by=person)
    response = HttpResponse(content, content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{first}-{last}.jsonl"'
    return response
