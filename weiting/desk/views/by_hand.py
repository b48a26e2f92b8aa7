"""Putting a text on a platform by hand: copy, open, paste its address back; and the pack of its files."""

from tempfile import SpooledTemporaryFile
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from weiting.accounts.models import Person
from weiting.channels import kinds, pasted, words
from weiting.channels.models import Connection
from weiting.channels.rules import rules
from weiting.channels.wire import Wire
from weiting.desk.forms.connections import AddressForm
from weiting.desk.gate import desk_page
from weiting.desk.shell import desk_context
from weiting.desk.views.common import after_act, apply, status_of
from weiting.publishing import access, packing, sent
from weiting.publishing.actions.by_hand import put_by_hand
from weiting.publishing.models import Act
from weiting.ui.shell import Link


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(access.PLAN)
def by_hand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what is to be put on a platform, corrected or taken down there, and take the address back."""
    person = cast(Person, request.user)
    found = packing.delivery_by_hand(person, public_id)
    line, is_over = found.connection, found.state in {"delivered", "called_off"}
    title, text = sent.title_of(found), packing.rendered(found)
    typed = request.POST if request.method == "POST" else None
    asks_address = found.act != Act.WITHDRAW and pasted.has_addresses(line)
    form = AddressForm(typed) if asks_address else forms.Form(typed)
    told: list[str] = []

    def confirm(said: dict[str, Any]) -> None:
        url = pasted.checked(line, said["url"]) if "url" in said else ""
        is_seen = bool(url) and _is_seen(url, title)
        put_by_hand(found, by=person, url=url, is_seen=is_seen)
        told.append(
            _("Thank you. We have looked: the text stands there.") if is_seen
            else _("Thank you. It is noted on your word; the page could not be read from here.") if url
            else _("Thank you. It is noted that it was taken down there.") if found.act == Act.WITHDRAW
            else _("Thank you. It is noted that it stands there.")
        )  # fmt: skip

    if not is_over and apply(request, form, confirm):
        return after_act(request, request.path, told[0])
    context = desk_context(
        request,
        current="deliveries",
        heading=title,
        delivery=found,
        connection=line,
        kind=kinds.kind_of(line.kind),
        outcome=words.outcome(found.state, code=found.code, kind=line.kind, needs=found.needs, act=found.act),
        text=text,
        fields=[(label, text.fields[name]) for name, label in _names(line) if text.fields.get(name)],
        notes=[each.say(_) for each in text.notes],
        open_url=_open_url(line, found.of.receipt.url if found.of and hasattr(found.of, "receipt") else ""),
        receipt=getattr(found, "receipt", None),
        form=form,
        is_over=is_over,
        asks_address=asks_address,
        crumbs=[Link(_("Deliveries"), "/desk/deliveries/"), Link(title, "", True)],
    )
    return render(request, "desk/connections/by_hand.html", context, status=status_of(form))


def _is_seen(url: str, title: str) -> bool:
    with Wire(allow_private=settings.CHANNELS_PRIVATE, answer=5.0) as wire:
        return pasted.is_seen(url, title, wire)


def _names(line: Connection) -> tuple[tuple[str, str], ...]:
    """Return the parts of a text as its platform calls them; a platform that is not known gets the whole."""
    if kinds.kind_of(line.kind).is_by_hand:
        return (("title", _("Heading")), ("text", _("Text")))
    return ()


def _open_url(line: Connection, there: str) -> str:
    """Return the page to open: where the text stands already, else where one writes."""
    known = there or str(line.values.get("open_url") or "") or str(rules(line.kind).limits.get("open", ""))
    account = line.account.url if line.account is not None else ""
    found = known or account
    return found if found.startswith(("https://", "http://")) else ""


@require_safe
@desk_page(access.PLAN)
def pack(request: HttpRequest, public_id: str) -> FileResponse:
    """Give the text and its files as a ZIP."""
    found = packing.delivery_by_hand(cast(Person, request.user), public_id)
    file = SpooledTemporaryFile(max_size=8 * 2**20)  # noqa: SIM115 - the answer closes it
    packing.write_pack(packing.rendered(found), cast(Any, file))
    file.seek(0)
    name = f"{found.connection.kind}-{found.public_id}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
