"""Comments at a passage: pinned by a quote, found again after a change, settled once."""

import pytest
from hypothesis import given, strategies as st

from weiting.core.errors import Conflict, Invalid, NotFound
from weiting.posts.models import Post
from weiting.review import actions, queries
from weiting.review.passages import Where, find_again
from weiting.review.tests import make


def _mark(round_, by, words: str, text: str = "核实一下"):
    start = round_.revision.body.index(words)
    return actions.remark(
        round_, by=by, text=text, field="body", start=start, end=start + len(words), quote=words
    )


def test_a_comment_follows_its_passage_into_the_next_version(c: make.City) -> None:
    round_ = make.submit(c)
    kept, gone = _mark(round_, c.first, "16:00"), _mark(round_, c.first, "8:00")
    actions.recall_round(round_, by=c.editor)
    post = make.post_of(round_)
    make.rewrite(post, c.editor, "您好：东园社区早上九点到 16:00 停水。")
    post = Post.objects.select_related("working").get(pk=post.pk)
    placed = dict(queries.passages(queries.round_for(c.editor, round_.public_id), post))
    assert placed[kept].where == Where.MOVED
    assert post.working.body[placed[kept].start : placed[kept].end] == "16:00"
    assert placed[gone].where == Where.DETACHED


def test_a_quote_that_does_not_stand_there_is_refused(c: make.City) -> None:
    round_ = make.submit(c)
    for bad in (
        {"start": 0, "end": 3, "quote": "不存在"},
        {"start": 5, "end": 5, "quote": ""},
        {"start": 0, "end": 9999, "quote": "东"},
    ):
        with pytest.raises(Invalid):
            actions.remark(round_, by=c.first, text="看", **bad)
    with pytest.raises(Invalid):
        actions.remark(round_, by=c.first, text=" ")


def test_an_outsider_neither_comments_nor_settles(c: make.City) -> None:
    round_ = make.submit(c)
    made = _mark(round_, c.first, "16:00")
    with pytest.raises(NotFound):
        actions.remark(round_, by=c.stranger, text="我来看看")
    with pytest.raises(NotFound):
        actions.settle_remark(made, by=c.stranger)


def test_the_author_answers_and_settles_once(c: make.City) -> None:
    round_ = make.submit(c)
    made = _mark(round_, c.first, "16:00")
    actions.remark(round_, by=c.editor, text="已核实")
    first = actions.settle_remark(made, by=c.editor).settled_at
    assert actions.settle_remark(made, by=c.first).settled_at == first


def test_no_comment_after_the_end(c: make.City) -> None:
    round_ = make.approve_all(make.submit(c))
    with pytest.raises(Conflict):
        actions.remark(round_, by=c.first, text="晚了")


@given(st.text(max_size=30), st.text(min_size=1, max_size=8), st.text(max_size=30), st.text(max_size=20))
def test_a_quote_is_found_wherever_it_was_pushed(before: str, quote: str, after: str, pushed: str) -> None:
    text = before + quote + after
    assert find_again(text, quote, len(before)).where == Where.EXACT
    moved = pushed + text
    found = find_again(moved, quote, len(before))
    assert found.where != Where.DETACHED
    assert moved[found.start : found.end] == quote
