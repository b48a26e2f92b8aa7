"""The loaded city is a real hall: every queue holds work and seals fit their words."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import F

from config.testing import without_loop
from weiting import audit
from weiting.accounts.models import Person
from weiting.audit import chain, queries as trail
from weiting.core.errors import Conflict
from weiting.demo import loader, queries, signins
from weiting.demo.content.people import SIGNINS
from weiting.posts import concerns, content
from weiting.posts.models import (
    AssignmentTarget,
    Correction,
    Decision,
    FollowUp,
    Issue,
    Post,
    Revision,
    RevisionMedia,
    SearchEntry,
)
from weiting.posts.queries import search_public, timeline, undecided
from weiting.publishing.models import LeadSlot, Release
from weiting.relay.actions.letting_out import may_let_out
from weiting.relay.models import Room
from weiting.relay.spoken import spoken_in
from weiting.review import standing
from weiting.review.models import Remark, Round, Step
from weiting.units.models import Account, Batch, Hall, Membership, Shift, Substitution, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The city, loaded once for all tests of this file and rolled back afterwards."""
    with without_loop(), django_db_blocker.unblock(), transaction.atomic():
        loader.load()
        yield
        transaction.set_rollback(True)


def states(rows) -> set[str]:
    return set(rows.values_list("state", flat=True))


def test_there_are_units_people_and_a_year_of_posts(city):
    assert Unit.objects.filter(closed_on__isnull=True).count() > 150
    assert Unit.objects.filter(closed_on__isnull=False, successor__isnull=False).count() == 2
    assert Post.objects.filter(state__in=["published", "expired"]).count() > 3000
    assert Membership.objects.values("person").distinct().count() > 60
    assert set(Hall.objects.values_list("slug", flat=True)) == {"yunxi", "hekouxian"}


def test_every_queue_of_the_desk_holds_work(city):
    assert states(Post.objects.all()) >= {
        "draft",
        "in_review",
        "returned",
        "approved",
        "published",
        "expired",
    }
    assert states(Round.objects.all()) >= {"open", "returned", "approved"}
    assert states(Release.objects.all()) >= {"planned", "held", "released"}
    assert states(Correction.objects.all()) >= {"in_review", "returned", "published"}
    assert states(FollowUp.objects.all()) >= {"open", "kept"}
    assert states(AssignmentTarget.objects.all()) >= {"open", "accepted", "done"}
    assert states(Issue.objects.all()) >= {"draft", "published"}
    assert states(Account.objects.all()) >= {"open", "frozen", "handing_over", "closed"}
    assert Round.objects.filter(after_due_at__isnull=False, after_done_at__isnull=True).count() == 1
    assert LeadSlot.objects.exists() and Batch.objects.count() == 3 and Substitution.objects.exists()
    assert Shift.objects.exclude(note="").exists() and Shift.objects.filter(note="").exists()
    assert Remark.objects.count() >= 5


def test_posts_of_the_last_weeks_went_the_whole_way(city):
    done = Round.objects.filter(state="approved", post__state="published", post__published_at__isnull=False)
    assert done.values("post").distinct().count() >= 10
    assert Round.objects.filter(state="returned", post__state="published").count() >= 3
    for round_ in done.select_related("post__live"):
        release = Release.objects.get(post=round_.post, state="released")
        assert round_.content_hash == round_.post.live.content_hash
        assert round_.post.published_at is not None
        assert abs((round_.post.published_at - release.due_at).total_seconds()) < 60


def test_one_post_was_withdrawn_and_its_page_says_why(city, client):
    post = Post.objects.get(state="withdrawn")
    html = client.get(f"/p/{post.public_id}/").content.decode()
    assert post.withdrawn_reason and post.withdrawn_reason in html
    assert post.live.body not in html and not search_public("桥北路明天起修人行道").posts


def test_one_text_is_signed_by_three_units_and_stands_with_each_of_them(city, client):
    post = Post.objects.exclude(signers=[]).get()
    signed = Step.objects.filter(round__post=post, name__startswith="会签", state="approved")
    assert post.state == "published" and sorted(signed.values_list("from_unit", flat=True)) == post.signers
    assert len(post.signers) == 2
    html = client.get(f"/p/{post.public_id}/").content.decode()
    for unit in Unit.objects.filter(pk__in=[post.unit_id, *post.signers]):
        assert unit.short_name in html
        assert post in timeline(unit_ids=[unit.pk], size=100).rows


def test_in_one_room_words_wait_that_a_printed_final_reviewer_lets_out(city, client):
    room = Room.objects.get(state="open")
    said = spoken_in(room)
    assert said.updates_out and len(said.waiting) == 2 and not said.result_is_out
    sunpei = Person.objects.get(username="sunpei")
    assert [may_let_out(sunpei, room, words) for words in said.waiting] == [True, False]
    html = client.get(f"/rooms/{room.public_id}/").content.decode()
    assert said.updates_out[0].text in html and said.waiting[0].text not in html
    assert spoken_in(Room.objects.get(state="closed")).waiting == []


def test_one_draft_waits_for_a_decision_and_one_in_review_has_it(city):
    (decision,) = Decision.objects.select_related("post", "by")
    assert decision.post.state == "in_review" and "ma0000" not in f"{decision.shown}{decision.reason}"
    working = Post.objects.filter(state__in=["draft", "returned", "in_review", "approved"])
    waiting = [post for post in working.select_related("unit", "working", "live") if undecided(post)]
    assert [(post.state, post.unit.slug) for post in waiting] == [("draft", "gongshui")]


def test_no_public_text_holds_anything_personal_by_accident(city):
    known = concerns.known()
    found = []
    for row in Revision.objects.filter(post__live=F("pk")).values("title", "body", "summary", "fact_contact"):
        parts = [concerns.Part(name, text) for name, text in row.items()]
        found += [each.words for each in concerns.concerns_in(concerns.look_through(parts, known))]
    assert found == []


def test_somebody_can_take_every_open_step(city):
    for step in Step.objects.filter(state="open").select_related("round", "from_unit", "at_unit"):
        assert standing.deciders(step), step.name


@pytest.mark.parametrize("username", ["zhaoli", "sunpei", "guoshuhua", "jiangyi"])
def test_each_reviewer_whose_sign_in_is_printed_finds_a_text_waiting(city, username):
    assert username in {each.username for each in SIGNINS}
    assert standing.waiting_for(Person.objects.get(username=username)).exists()


def test_every_seal_fits_its_words(city):
    sealed = Revision.objects.exclude(content_hash="").select_related("post")
    unlike = [each.title for each in sealed if content.content_hash(each) != each.content_hash]
    assert sealed and not unlike


def test_the_chain_of_the_audit_holds_and_every_verb_has_words(city):
    assert chain.check(trail.links(), trail.announced_heads()).ok
    assert audit.unlabelled_verbs() == []
    assert audit.head_today()


def test_search_finds_what_the_city_says(city):
    assert search_public("停水").total > 20
    assert search_public("gongjijin").total > 0
    assert SearchEntry.objects.count() >= Post.objects.filter(state="published").count()


def test_every_sign_in_that_is_printed_works(city):
    for each in SIGNINS:
        person = authenticate(username=each.username, password=signins.PASSWORD)
        assert person is not None, each.username
        assert person.memberships.exists()
    assert len(signins.lines()) == len(SIGNINS) + 1


def test_pictures_are_described_and_ready_to_be_shown(city):
    places = list(RevisionMedia.objects.select_related("asset"))
    assert len(places) >= 300
    assert all(place.alt for place in places)
    assert not [sentence for place in places[:50] for sentence in place.asset.lacks()]


def test_it_is_known_as_the_demo_and_not_loaded_twice(city):
    assert queries.is_demo()
    with pytest.raises(Conflict):
        loader.load()
