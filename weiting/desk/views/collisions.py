"""Two people saved one thing: both sides next to each other, word by word, and nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from weiting.core.errors import DomainError
from weiting.desk.shell import desk_context
from weiting.text.diff import Change, diff

# What belongs to the sending of a form and not to what was typed into it.
_SENT = {"csrfmiddlewaretoken", "do", "saves", "number"}


@dataclass(frozen=True)
class Side:
    """One field as I typed it and as it stands now; without a name it is shown and travels in other inputs."""

    label: str
    mine: str
    theirs: str
    name: str = ""
    rows: int = 0

    @property
    def changes(self) -> list[Change]:
        """Return what differs, theirs first; empty when the two are the same."""
        return [*diff(self.theirs, self.mine)] if self.mine != self.theirs else []


def flat(text: str | None) -> str:
    """Return typed words with the line ends they are kept with."""
    return (text or "").replace("\r\n", "\n")


def show_both(
    request: HttpRequest,
    error: DomainError,
    sides: Sequence[Side],
    *,
    sub: str,
    back: str,
    keep_to: str = "",
    saves: int = 0,
    number: int = 0,
    who: str = "",
    at: datetime | None = None,
    current: str = "write",
) -> HttpResponse:
    """Show both sides; mine can be saved over theirs at `keep_to`, or only copied when there is no such address."""
    named = {side.name for side in sides if side.name}
    # Everything that was typed goes along, whatever is chosen.
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _SENT and name not in named
    ]
    context = desk_context(
        request,
        current=current,
        error=error,
        sides=sides,
        differing=[side for side in sides if side.changes],
        typed=typed,
        sub=sub,
        back=back,
        keep_to=keep_to,
        saves=saves,
        number=number,
        who=who,
        at=at,
    )
    return render(request, "desk/write/collision.html", context, status=409)


def wishes(request: HttpRequest) -> bool:
    """Say whether more than words was typed for the submission, which a redirect would lose."""
    return bool(
        request.POST.get("note") or request.POST.get("no_secrets") or request.POST.get("release") == "at"
    )
