"""Units bring the same text at the same time, in threads of their own: still one letter, and one note."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from weiting.fediverse.models import Actor, Note
from weiting.fediverse.tests import make as accounts
from weiting.posts.models import Post
from weiting.relay.tests import make as relays
from weiting.relay.tests.test_once import LI, laid, passed
from weiting.relay.tests.test_once_fediverse import said
from weiting.subscriptions import pacing
from weiting.subscriptions.book import BOOK
from weiting.subscriptions.models import Bulletin, Place
from weiting.subscriptions.tests import make as mails

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_units_at_the_same_time_are_one_letter(freeze):
    pacing.forget()
    BOOK.forget()
    s = relays.scene(freeze)
    s.mail = {unit.pk: mails.connect(unit) for unit in s.units}  # type: ignore[attr-defined]
    for unit in s.units:
        mails.reader(LI, unit)
    call = s.open()
    posts = [passed(s, freeze, call, number) for number in range(3)]

    def lay(post: Post) -> None:
        try:
            laid(s, post)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lay, posts))
    assert (Bulletin.objects.count(), Place.objects.count()) == (3, 1)


def test_a_joint_text_said_by_two_units_at_the_same_time_is_one_note(freeze):
    s = relays.scene(freeze)
    Post.objects.filter(pk=s.post.pk).update(signers=[unit.pk for unit in s.units])
    actors = [accounts.account(unit, handle=f"u{n}") for n, unit in enumerate([s.city.water, *s.units])]

    def say(actor: Actor) -> None:
        try:
            said(actor, s.post)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say, actors))
    kinds = Note.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["announce", "announce", "announce", "note"]
