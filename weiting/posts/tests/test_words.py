"""Words: what may stand in a text, and that everything posts record or tell is put into words."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from weiting.audit import labels
from weiting.core.errors import Invalid, NotFound
from weiting.notices import kinds
from weiting.posts import actions, content, queries
from weiting.posts.models import Post
from weiting.posts.tests import make
from weiting.posts.tests.make import City

HERE = Path(actions.__file__).parents[1]


def named(call: str, place: int) -> set[str]:
    """Collect the names given to calls of audit.record or notices.tell in this module."""
    found: set[str] = set()
    for path in HERE.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in call.split()
            ) and len(node.args) > place:
                constants = (n.value for n in ast.walk(node.args[place]) if isinstance(n, ast.Constant))
                found |= {value for value in constants if isinstance(value, str)}
    return {name for name in found if name.startswith("posts.")}


def test_every_verb_recorded_here_is_put_into_words() -> None:
    verbs = named("record", 0)
    assert len(verbs) > 30
    assert {verb for verb in verbs if labels.sentence(verb) == verb} == set()


def test_every_notice_told_here_is_put_into_words() -> None:
    told = named("tell", 1) | named("tell_reporters", 1) | named("tell_takers", 2)
    told |= {f"posts.{noun}.{when}" for noun in ("follow_up", "assignment") for when in ("soon", "late")}
    assert len(told) == 9
    assert {kind for kind in told if not kinds.is_known(kind)} == set()


@given(st.text(st.characters(categories=None), max_size=300))
def test_any_text_comes_out_storable_and_stays_the_same(typed: str) -> None:
    once = content.clean(typed)
    assert content.clean(once) == once
    assert "\r" not in once and "\x00" not in once
    once.encode()


@pytest.mark.parametrize("kept", ["👨‍👩‍👧‍👦 👍🏽", "水\u200f表", "a\tb\nc", "ئۇيغۇرچە", "𠮷野家"])
def test_what_people_mean_to_type_is_kept(kept: str) -> None:
    assert content.clean(kept) == kept


def test_what_nobody_types_is_taken_out(c: City) -> None:
    post = make.draft(c)
    typed = "明天\x00停\u202e水\ud800。\r\n第二行\u2028第三行\x07"
    saved = actions.save_working(
        post, by=c.editor, saves=0, title="停\n水\x00", body=typed, variants={"weibo": "\x00短"}
    )
    saved.refresh_from_db()
    assert (saved.title, saved.body) == ("停 水", "明天停水。\n第二行\n第三行")
    assert saved.variants == {"weibo": "短"}


def test_start_takes_the_same_words_as_a_save(c: City) -> None:
    assert make.draft(c, title="停\x00水", body="好\ud800").working.title == "停水"
    with pytest.raises(Invalid) as caught:
        make.draft(c, title="长" * 121)
    assert "title" in caught.value.fields


def test_megabyte_of_text_is_refused_with_what_to_do(c: City) -> None:
    post = make.draft(c)
    with pytest.raises(Invalid) as caught:
        actions.save_working(post, by=c.editor, saves=0, body="水" * 350_000)
    assert "20000" in str(caught.value.fields["body"][0]) and len(caught.value.fields["body"]) == 2
    with pytest.raises(Invalid) as caught:
        actions.save_working(post, by=c.editor, saves=0, variants={"weibo": "水" * 20_001})
    assert "variants" in caught.value.fields
    assert actions.save_working(post, by=c.editor, saves=0, body="水" * 20_000).saves == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"klass": "gossip"}, "klass"),
        ({"purpose": "x"}, "purpose"),
        ({"risk": "none"}, "risk"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_name": "长" * 81}, "source_name"),
    ],
)
def test_setting_that_cannot_be_chosen_is_refused(c: City, said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.arrange_post(make.draft(c), by=c.editor, **said)
    assert field in caught.value.fields


def test_search_and_lists_bear_whatever_is_typed(c: City) -> None:
    post = make.published(c)
    for q in (
        "停水\x00",
        "\x00",
        "'); drop table posts_post; --",
        "水" * 5_000,
        "(((",
        "&|!:*",
    ):
        queries.search_public(q)
        assert list(queries.posts_of(c.editor, q=q)) is not None
    assert list(queries.posts_of(c.editor, q="\ud800停水")) == [post]
    for cursor in ("x", "W10", "WyIyMDI2LTExLTIxVDEwOjAwOjAwIiwgMTBd", "🙂", "A" * 5_000):
        assert [p.pk for p in queries.timeline(cursor=cursor)] in ([post.pk], [])
    with pytest.raises(NotFound):
        queries.public_post("' or 1=1")
    assert Post.objects.count() == 1
