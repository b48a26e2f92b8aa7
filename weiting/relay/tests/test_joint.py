"""Joint texts: every signing unit confirms the very words, all seals are shown, and it goes to the channels of all."""

import pytest
from django.test import Client

from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.posts import actions as posts
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.models import Delivery
from weiting.publishing.tests.fakes import connect
from weiting.publishing.tests.make import fresh
from weiting.review import actions as review
from weiting.review.tests import make
from weiting.units.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def c():
    city = make.city()
    city.signer = make.person("signer", "签字人")  # type: ignore[attr-defined]
    make.member(city.signer, city.roads, Role.FINAL_REVIEWER)  # type: ignore[attr-defined]
    return city


def joint(c):
    return posts.name_signers(make.draft(c), [c.roads], by=c.editor)


def own_steps(c, round_):
    """Let the writing unit's reviewers approve; the signature is left."""
    while (step := make.open_step(round_)).from_unit_id != c.roads.pk:
        people = {1: c.first, 2: c.second, 3: c.final}
        make.approve(step, people[step.turn])
    return step


def test_nothing_goes_out_before_every_unit_has_signed_the_very_words(c, freeze):
    freeze("2026-07-20 09:00")
    round_ = make.submit(c, joint(c))
    signature = own_steps(c, round_)
    assert signature.name == "会签 · 云溪交通" and make.post_of(round_).state == "in_review"
    with pytest.raises(Conflict):
        publishing.plan_release(fresh(round_.post), by=c.editor)
    for nobody in (c.final, c.hall_editor, c.stranger):
        with pytest.raises(Exception):  # noqa: B017 - whatever it is called, they may not
            make.approve(signature, nobody)
    make.approve(signature, c.signer)
    assert make.post_of(round_).state == "approved"


def test_a_change_after_a_signature_opens_all_of_them_again(c):
    round_ = make.submit(c, joint(c))
    make.approve(own_steps(c, round_), c.signer)
    review.reopen(make.post_of(round_), by=c.editor)
    make.rewrite(make.post_of(round_), c.editor, "换了一句。")
    again = make.submit(c, make.post_of(round_))
    assert {step.state for step in again.steps.all()} == {"open", "waiting"}
    assert again.content_hash != round_.content_hash


def test_who_signs_is_part_of_what_is_approved(c):
    post = make.draft(c)
    plain = posts.seal_working(post, by=c.editor).content_hash
    posts.name_signers(post, [c.roads], by=c.editor)
    assert posts.seal_working(fresh(post), by=c.editor).content_hash != plain


def test_it_goes_to_the_channels_of_every_signing_unit_and_shows_all_seals(c, freeze):
    freeze("2026-07-20 09:00")
    connect(c.water, "webhook", "https://a.example", "供水")
    connect(c.roads, "webhook", "https://b.example", "交通")
    round_ = make.submit(c, joint(c))
    make.approve(own_steps(c, round_), c.signer)
    publishing.plan_release(fresh(round_.post), by=c.editor)
    freeze.move(seconds=11)
    assert publishing.release_due() == 1
    assert set(Delivery.objects.values_list("connection__name", flat=True)) == {"供水", "交通"}
    page = Client().get(f"/p/{round_.post.public_id}/").content.decode()
    home = Client().get("/").content.decode()
    assert "联合发布" in page and "云溪交通" in page and "云溪交通" in home


def test_a_unit_without_a_reviewer_of_its_own_cannot_sign(c):
    post = posts.name_signers(make.draft(c), [c.section], by=c.editor)
    with pytest.raises(Invalid) as refused:
        make.submit(c, post)
    assert "东区营业所" in str(refused.value.message)


def test_only_who_writes_a_draft_names_who_signs_it(c):
    with pytest.raises(NotAllowed):
        posts.name_signers(make.draft(c), [c.roads], by=c.stranger)
    round_ = make.submit(c)
    with pytest.raises(Conflict):
        posts.name_signers(make.post_of(round_), [c.roads], by=c.editor)


def test_signers_are_named_at_the_desk_by_one_form(c):
    post = make.draft(c)
    client = Client()
    client.force_login(c.editor)
    where = f"/desk/relay/joint/{post.public_id}/"
    assert client.get(where).status_code == 200
    assert client.post(where, {"units": [c.roads.pk]}).status_code == 302
    assert Post.objects.get(pk=post.pk).signers == [c.roads.pk]
    other = Client()
    other.force_login(c.stranger)
    assert other.get(where).status_code == 404
