"""Issues: numbered, one to eight articles, nobody's text but one's own taken along, sealed only when whole."""

import pytest

from weiting import audit
from weiting.core import clock
from weiting.core.errors import Conflict, Invalid, NotAllowed, NotFound
from weiting.core.flow import perform
from weiting.posts import actions, queries
from weiting.posts.content import issue_hash
from weiting.posts.flow import IssueFlow, PostFlow
from weiting.posts.models import Issue, Post
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.units.models import Unit


def composed(c: City, *posts: Post, **given: object) -> Issue:
    issue = actions.start_issue(c.water, by=c.editor, title="本周")
    return save(c, issue, *posts, **given)


def save(c: City, issue: Issue, *posts: Post, **given: object) -> Issue:
    said = {"saves": issue.saves, "title": "本周停水", "articles": [{"post": post} for post in posts]}
    return actions.save_issue(issue, by=c.editor, **(said | given))


def verbs(issue: Issue) -> list[str]:
    return [entry.verb for entry in audit.entries_for(issue)]


def test_issues_of_a_unit_are_numbered_in_turn(c: City) -> None:
    first = actions.start_issue(c.water, by=c.editor)
    second = actions.start_issue(c.water, by=c.second_editor)
    other = actions.start_issue(c.roads, by=c.stranger)
    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert "posts.issue.start" in verbs(first)


def test_closed_unit_starts_no_issue(c: City) -> None:
    Unit.objects.filter(pk=c.water.pk).update(closed_on=clock.today())
    with pytest.raises(Invalid) as caught:
        actions.start_issue(c.water, by=c.editor)
    assert caught.value.code == "unit_closed"


def test_articles_stand_in_the_order_given_with_their_own_words(c: City) -> None:
    one, two = make.published(c, title="一"), make.published(c, title="二")
    issue = composed(c, articles=[{"post": two, "title": "头条", "digest": "先看"}, {"post": one}])
    assert [(a.position, a.title, a.digest) for a in queries.issue_articles(issue)] == [
        (1, "头条", "先看"),
        (2, "一", ""),
    ]
    again = save(c, issue, one, two)
    assert [a.post for a in queries.issue_articles(again)] == [one, two]
    assert "posts.issue.save" in verbs(issue)


def test_second_composer_with_an_old_page_is_refused(c: City) -> None:
    issue = composed(c)
    with pytest.raises(Conflict) as caught:
        save(c, issue, saves=0)
    assert caught.value.code == "stale"


@pytest.mark.parametrize(
    ("said", "field"),
    [({"title": "长" * 65}, "title"), ({"cover_alt": "长" * 301}, "cover_alt")],
)
def test_words_that_are_too_long_are_refused_not_cut(c: City, said: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        composed(c, **said)
    assert field in caught.value.fields


def test_article_words_that_are_too_long_are_refused_not_cut(c: City) -> None:
    post = make.published(c)
    for words in ({"title": "长" * 65}, {"digest": "长" * 121}):
        with pytest.raises(Invalid) as caught:
            composed(c, articles=[{"post": post} | words])
        assert "articles" in caught.value.fields


def test_ninth_article_and_the_same_twice_are_refused(c: City) -> None:
    posts = [make.published(c, title=f"第 {n} 条") for n in range(9)]
    with pytest.raises(Invalid) as caught:
        composed(c, *posts)
    assert "articles" in caught.value.fields
    with pytest.raises(Invalid):
        composed(c, posts[0], posts[0])
    assert len(queries.issue_articles(composed(c, *posts[:8]))) == 8


def test_other_unit_s_unpublished_text_is_not_taken_along(c: City) -> None:
    foreign = actions.start_post(c.roads, by=c.stranger, title="改线", body="改线。")
    with pytest.raises(NotFound):
        composed(c, foreign)
    assert composed(c, make.draft(c)).articles.count() == 1


def test_outsider_neither_starts_nor_composes(c: City) -> None:
    with pytest.raises(NotAllowed):
        actions.start_issue(c.water, by=c.stranger)
    with pytest.raises(NotAllowed):
        actions.save_issue(composed(c), by=c.stranger, saves=1, title="x")


def test_empty_issue_is_not_sealed(c: City) -> None:
    issue = composed(c, title="", cover=make.picture(c))
    with pytest.raises(Invalid) as caught:
        actions.seal_issue(issue, by=c.editor)
    assert set(caught.value.fields) == {"title", "articles", "cover_alt"}


def test_withdrawn_article_and_retired_cover_stop_the_sealing(c: City) -> None:
    post, cover = make.published(c), make.picture(c)
    issue = composed(c, post, cover=cover, cover_alt="水表")
    perform(post, PostFlow.withdraw, withdrawn_reason="发错")
    make.retire(cover)
    with pytest.raises(Invalid) as caught:
        actions.seal_issue(issue, by=c.editor)
    assert set(caught.value.fields) == {"articles", "cover"}
    assert "明天停水" in str(caught.value.fields["articles"][0])


def test_seal_binds_every_word_and_the_order(c: City) -> None:
    one, two = make.published(c, title="一"), make.published(c, title="二")
    issue = composed(c, one, two)
    sealed = actions.seal_issue(issue, by=c.editor)
    assert sealed == issue_hash(Issue.objects.get(pk=issue.pk))
    hashes = {sealed}
    for said in ({"articles": [{"post": two}, {"post": one}]}, {"title": "别的"}, {"cover_alt": "x"}):
        issue = save(c, issue, one, two, **said)
        hashes.add(issue_hash(issue))
    assert len(hashes) == 4


def test_issue_in_review_is_not_composed(c: City) -> None:
    issue = composed(c, make.published(c))
    actions.seal_issue(issue, by=c.editor)
    perform(issue, IssueFlow.submit)
    with pytest.raises(Conflict) as caught:
        save(c, issue)
    assert caught.value.code == "not_writable"


def test_public_sees_public_issues_and_their_public_articles(c: City) -> None:
    shown, gone = make.published(c, title="一"), make.published(c, title="二")
    issue = composed(c, shown, gone, make.draft(c))
    with pytest.raises(NotFound):
        queries.public_issue(issue.public_id)
    for step in (IssueFlow.submit, IssueFlow.approve):
        perform(issue, step)
    perform(issue, IssueFlow.publish, published_at=clock.now())
    perform(gone, PostFlow.withdraw, withdrawn_reason="发错")
    found = queries.public_issue(issue.public_id)
    assert [a.post for a in queries.public_articles(found)] == [shown]
    assert len(queries.issue_articles(found)) == 3
