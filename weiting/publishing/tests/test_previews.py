"""A preview is exactly what is sent: the same lines make both, for every kind of channel."""

import pytest

from weiting.channels import registry
from weiting.channels.models import Connection
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.posts import actions as posts
from weiting.publishing import actions, previews
from weiting.publishing.delivery import Engine, Pace
from weiting.publishing.delivery.texts import text_of_release, text_of_revision, words_of
from weiting.publishing.models import Delivery, Receipt, Release
from weiting.publishing.tests import make as texts
from weiting.publishing.tests.fakes import connect
from weiting.review import queries as review
from weiting.review.tests import make

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = sorted({*registry.KINDS, *registry.SPREAD, *registry.BY_HAND})


def approved(c: make.City, **variants: str):
    post = make.draft(c, "明天停水", "明天 **8 点**到 16 点，桥头街停水。\n\n请提前储水。")
    working = posts.save_working(post, by=c.editor, saves=post.working.saves, variants=variants)
    assert working is not None
    return texts.approved(c, texts.fresh(post))


def let_out(c: make.City, post) -> Release:
    planned = actions.plan_release(post, by=c.editor)
    Release.objects.filter(pk=planned.pk).update(due_at=clock.now())
    assert actions.release_due() == 1
    return Release.objects.get(pk=planned.pk)


@pytest.mark.parametrize("own", ["", "明天桥头街停水，请储水。"])
def test_the_preview_of_the_approved_version_has_the_digest_of_the_receipt_of_what_was_sent(c, channels, own):
    names = ("weibo", "wechat", "webhook")
    lines = [connect(c.water, kind, channels.base, name="gs") for kind in names]
    post = approved(c, **(dict.fromkeys(names, own) if own else {}))
    round_ = review.approved_round(post)
    assert round_ is not None and round_.revision is not None
    shown = text_of_revision(post, round_.revision, content_hash=round_.content_hash)
    before = {each.pk: previews.rendered(each, shown) for each in lines}
    release = let_out(c, post)
    with Wire(allow_private=True, answer=2.0) as wire:
        Engine(wire, Pace(calls=4, look_every=0.1)).run(until_idle=True)
    # The moment is the one thing nobody knew before.
    known = text_of_revision(
        post, round_.revision, content_hash=round_.content_hash, published_at=release.released_at
    )
    for each in lines:
        sent = Receipt.objects.get(delivery__connection=each).digest
        assert previews.rendered(each, known).digest == sent, each.kind
        late = {"published_at"}
        now = previews.rendered(each, text_of_release(release))
        assert {name: value for name, value in before[each.pk].fields.items() if name not in late} == {
            name: value for name, value in now.fields.items() if name not in late
        }
    assert Delivery.objects.filter(state__in=["delivered", "accepted"]).count() == len(lines)
    assert channels.said("weibo", "gs")[0]["text"].split() == before[lines[0].pk].text.split()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_what_its_adapter_is_handed_at_the_release(kind, c):
    line = Connection(unit=c.water, kind=kind, name="一", base="https://example.org/x")
    post = approved(c, **{kind: "另写的话。"})
    release = let_out(c, post)
    known = text_of_revision(
        post, release.revision, content_hash=release.content_hash, published_at=release.released_at
    )
    assert known.words(kind) == words_of(release, kind)
    (found,) = previews.previews([line], known)
    assert found.sent.text and found.sent.digest == previews.rendered(line, text_of_release(release)).digest
    has_own = "另写的话" in found.sent.text or any("另写的话" in str(v) for v in found.sent.fields.values())
    assert has_own is previews.takes_own_words(kind)


def test_channels_that_are_sent_the_same_are_shown_once(c):
    same = [Connection(unit=c.water, kind="weibo", name=name, base="https://api.weibo.com") for name in "ab"]
    other = Connection(unit=c.water, kind="webhook", name="c", base="https://example.org")
    post = approved(c)
    shown = previews.previews([*same, other], text_of_revision(post, post.working))
    assert [[each.name for each in one.connections] for one in shown] == [["a", "b"], ["c"]]


def test_what_is_sent_is_counted_as_the_channel_counts_it(c):
    line = Connection(unit=c.water, kind="weibo", name="a", base="https://api.weibo.com")
    post = make.draft(c, "明天停水", "水" * 400)
    (shown,) = previews.previews([line], text_of_revision(post, post.working))
    assert shown.counts[0][1].count <= 140 and shown.fits
    assert shown.sent.notes, "what was shortened is said"
