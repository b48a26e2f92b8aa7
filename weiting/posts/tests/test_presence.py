"""The pen: who has a text open, who writes, and when a pen that does not move is free again."""

import pytest

from weiting.core.errors import Conflict, NotAllowed, NotFound
from weiting.posts import actions
from weiting.posts.models import Presence
from weiting.posts.tests import make
from weiting.posts.tests.make import City


def holder(post):
    return Presence.objects.get(post=post, holds_pen=True).person


def test_those_who_have_the_text_open_see_each_other(c: City) -> None:
    post = make.draft(c)
    actions.take_pen(post, by=c.editor)
    (here,) = actions.still_here(post, by=c.reviewer)
    assert (here.person, here.holds_pen) == (c.editor, True)
    (other,) = actions.still_here(post, by=c.editor)
    assert (other.person, other.holds_pen) == (c.reviewer, False)


def test_being_there_does_not_take_the_pen(c: City) -> None:
    post = make.draft(c)
    actions.still_here(post, by=c.editor)
    actions.take_pen(post, by=c.second_editor)
    assert holder(post) == c.second_editor


def test_beat_keeps_the_pen_and_silence_frees_it(c: City, freeze) -> None:
    freeze("2026-11-21 10:00")
    post = make.draft(c)
    actions.take_pen(post, by=c.editor)
    freeze.move(seconds=80)
    actions.still_here(post, by=c.editor)
    freeze.move(seconds=80)
    with pytest.raises(Conflict, match="editor"):
        actions.take_pen(post, by=c.second_editor)
    freeze.move(seconds=20)
    actions.take_pen(post, by=c.second_editor)
    assert holder(post) == c.second_editor
    assert Presence.objects.filter(post=post, holds_pen=True).count() == 1


def test_pen_put_down_is_free_at_once(c: City) -> None:
    post = make.draft(c)
    actions.take_pen(post, by=c.editor)
    actions.leave_pen(post, by=c.editor)
    actions.take_pen(post, by=c.second_editor)
    assert holder(post) == c.second_editor


def test_stranger_neither_writes_nor_learns_who_does(c: City) -> None:
    post = make.draft(c)
    with pytest.raises(NotAllowed):
        actions.take_pen(post, by=c.stranger)
    with pytest.raises(NotFound):
        actions.still_here(post, by=c.stranger)


def test_who_was_here_days_ago_is_forgotten(c: City, freeze) -> None:
    freeze("2026-11-21 10:00")
    post = make.draft(c)
    actions.still_here(post, by=c.reviewer)
    freeze("2026-11-23 10:00")
    actions.take_pen(post, by=c.editor)
    assert list(Presence.objects.values_list("person__username", flat=True)) == ["editor"]
