"""A text's versions: what was kept when by whom, any two compared word by word, an older one taken up again."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from weiting.accounts.models import Person
from weiting.channels.words import name_of
from weiting.core.errors import Conflict
from weiting.desk import composing, drafts
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.posts import access, actions, queries
from weiting.posts.models import Revision
from weiting.text.diff import diff


@require_safe
@desk_page(access.READ)
def versions(request: HttpRequest, public_id: str) -> HttpResponse:
    """List a text's versions and compare two of them."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    rows = list(queries.revisions_of(post))
    newer = composing.revision_by_number(post, request.GET["b"]) if request.GET.get("b") else rows[0]
    older = (
        composing.revision_by_number(post, request.GET["a"])
        if request.GET.get("a")
        else next((row for row in rows if row.number < newer.number), newer)
    )
    if older.number > newer.number:
        older, newer = newer, older
    return render(
        request,
        "desk/write/versions.html",
        desk_context(
            request,
            current="write",
            post=post,
            rows=rows,
            older=older,
            newer=newer,
            changes=compare(older, newer),
            may_restore=composing.writes(person, post),
        ),
    )


def compare(older: Revision, newer: Revision) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return, for each field that differs, its name and the difference word by word, pictures and channels included."""
    labels = {
        "title": _("Title"),
        "summary": _("Summary"),
        "body": _("Text"),
        "fact_source": _("Source of the facts"),
        "fact_number": _("Document number"),
        "fact_contact": _("Whom to call"),
    }
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for name, label in labels.items():
        if getattr(older, name) != getattr(newer, name):
            found.append((label, [*diff(getattr(older, name), getattr(newer, name))]))
    for name in dict.fromkeys([*older.variants, *newer.variants]):
        label = name_of(name)
        old, new = older.variants.get(name, ""), newer.variants.get(name, "")
        if old != new:
            found.append((label, [*diff(old, new)]))
    old, new = _pictures(older), _pictures(newer)
    if old != new:
        found.append((_("Pictures, films, sounds"), [*diff(old, new)]))
    return found


def _pictures(revision: Revision) -> str:
    return "\n".join(f"{n}. {place.alt}" for n, place in enumerate(drafts.places_of(revision), start=1))


@require_POST
@desk_page(access.WRITE)
def restore(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Take the words of an older version up again; the present ones are kept as a version first."""
    person = cast(Person, request.user)
    post = queries.post_for(person, public_id)
    if not composing.writes(person, post):
        raise Conflict(
            _("This text is in review or already approved. Take it back first, then go on writing.")
        )
    actions.take_pen(post, by=person)
    actions.restore_revision(post, number, by=person)
    messages.success(
        request,
        _("The words of version %(n)s are back. What stood here before is kept as a version.")
        % {"n": number},
    )
    return redirect("desk:compose", post.public_id)
