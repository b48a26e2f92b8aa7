"""The city's own words for the check of misprints: the list, and one word of it."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.core.paging import keyset
from weiting.desk.forms.shelves import WordForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import apply
from weiting.desk.views.shelves import tabs_of
from weiting.posts import access, actions
from weiting.posts.models import OwnWord
from weiting.units.access import may_anywhere


@require_safe
@desk_page(access.READ)
def words(request: HttpRequest) -> HttpResponse:
    """List the city's own words, those changed last first."""
    person = cast(Person, request.user)
    return render(
        request,
        "desk/shelves/words.html",
        desk_context(
            request,
            current="shelves",
            tabs=tabs_of("words"),
            page=keyset(
                OwnWord.objects.select_related("by"),
                by="changed_at",
                cursor=request.GET.get("cursor", ""),
                size=50,
            ),
            may_change=may_anywhere(person, access.WORDS),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.WORDS)
def word(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Add a word or change one; switched off it stays on the list and is not looked for."""
    person = cast(Person, request.user)
    found = get_object_or_404(OwnWord, pk=pk) if pk else None
    form = WordForm(request.POST if request.method == "POST" else None, instance=found)

    def save(said: dict[str, Any]) -> None:
        # Read again: the form has already written what was typed into the one in hand.
        actions.save_word(OwnWord.objects.get(pk=pk) if pk else None, by=person, **said)

    if request.method == "POST" and apply(
        request, form, save, _("Saved. Texts are checked with it from now on.")
    ):
        return redirect("desk:words")
    title = _("Word “%(word)s”") % {"word": found} if found else _("New word")
    context = desk_context(request, current="shelves", form=form, title=title, back="/desk/shelves/words/")
    return render(request, "desk/shelves/form.html", context, status=422 if form.is_bound else 200)
