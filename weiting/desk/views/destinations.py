"""The channels of a text as its page offers them: ticked boxes, their own wordings, what was typed and not saved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.http import HttpRequest

from weiting.accounts.models import Person
from weiting.desk.forms.compose import WordsForm
from weiting.posts.models import Issue, Post
from weiting.publishing import actions as publishing, previews
from weiting.publishing.destinations import Choice


def words_form(post: Post, channels: Sequence[Choice], data: Mapping[str, str] | None = None) -> WordsForm:
    """Return the form of a text's words, with a field for each kind of channel that takes a wording of its own."""
    kinds = previews.with_own_words(each.connection.kind for each in channels)
    kept = post.working.variants if post.working is not None else {}
    if data is not None:
        return WordsForm(data, kinds=kinds, kept=kept)
    initial = WordsForm.initial_of(post.working) if post.working is not None else {}
    return WordsForm(initial=initial, kinds=kinds, kept=kept)


def was(channels: Sequence[Choice]) -> str:
    """Name the channels that are on, as the page sends them back: what differs from it is what somebody changed."""
    return " ".join(each.connection.public_id for each in channels if each.is_on)


def typed_choices(request: HttpRequest, channels: Sequence[Choice]) -> list[Choice]:
    """Return the channels as the page has them ticked, saved or not."""
    if "to_was" not in request.POST:
        return list(channels)
    ticked = set(request.POST.getlist("to"))
    shown = set(request.POST.getlist("to_shown"))
    return [
        replace(each, is_on=each.connection.public_id in ticked)
        if each.connection.public_id in shown
        else each
        for each in channels
    ]


def save_choice(
    request: HttpRequest, subject: Post | Issue, person: Person, channels: Sequence[Choice]
) -> list[Choice]:
    """Save what this page changed; return the channels as they stand then. Raises as `choose_channels` does."""
    if "to_was" not in request.POST:
        return list(channels)
    before = set(request.POST["to_was"].split())
    now = {each.connection.public_id: each for each in typed_choices(request, channels)}
    on = [each.connection for key, each in now.items() if each.is_on and key not in before]
    off = [each.connection for key, each in now.items() if not each.is_on and key in before]
    if on or off:
        publishing.choose_channels(subject, by=person, on=on, off=off)
    changed = {each.pk: True for each in on} | {each.pk: False for each in off}
    return [replace(each, is_on=changed.get(each.connection.pk, each.is_on)) for each in channels]
