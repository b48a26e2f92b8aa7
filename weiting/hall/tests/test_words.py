"""The words of “did you mean”: never made twice for nothing, never old for long, never lost to a race."""

from collections.abc import Iterator

import pytest

from weiting.hall import queries, words
from weiting.posts.models import Topic


class Hall:
    """Stands for the tables: says the words, counts how often it was asked."""

    def __init__(self) -> None:
        self.words, self.asked, self.now = ["停水", "公积金"], 0, 1000.0

    def remit_words(self, most: int) -> list[str]:
        self.asked += 1
        return self.words[:most]


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    found = Hall()
    monkeypatch.setattr(words.queries, "remit_words", found.remit_words)
    monkeypatch.setattr("weiting.hall.words.time.monotonic", lambda: found.now)
    words.clear()
    yield found
    words.clear()


def test_they_are_read_once_while_nothing_is_announced(hall: Hall) -> None:
    assert words.vocabulary() is words.vocabulary() and hall.asked == 1


def test_an_announcement_that_changes_no_word_prepares_nothing(hall: Hall) -> None:
    before = words.vocabulary()
    words.forget()
    hall.now += words.SHORTEST + 1
    assert words.vocabulary() is before and hall.asked == 2


def test_a_storm_of_announcements_reads_them_once(hall: Hall) -> None:
    words.vocabulary()
    hall.now += words.SHORTEST + 1
    for _ in range(50):
        words.forget()
        words.vocabulary()
    assert hall.asked == 2


def test_a_new_name_is_offered_soon(hall: Hall) -> None:
    words.vocabulary()
    hall.words = [*hall.words, "防冻"]
    words.forget()
    hall.now += words.SHORTEST + 1
    assert "防冻" in words.vocabulary().shown.values()


def test_without_announcements_they_are_read_again_after_a_while(hall: Hall) -> None:
    words.vocabulary()
    hall.words = ["停电"]
    hall.now += words.LONGEST + 1
    assert "停电" in words.vocabulary().shown.values()


def test_what_is_announced_while_they_are_read_is_not_lost(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(most: int) -> list[str]:
        found = hall.remit_words(most)
        words.forget()
        return found

    monkeypatch.setattr(words.queries, "remit_words", read)
    words.vocabulary()
    hall.now += words.SHORTEST + 1
    words.vocabulary()
    assert hall.asked == 2


def test_others_go_on_with_the_old_ones_while_somebody_reads(hall: Hall) -> None:
    before = words.vocabulary()
    words.forget()
    hall.now += words.SHORTEST + 1
    with words._lock:
        assert words.vocabulary() is before and hall.asked == 1


@pytest.mark.django_db
def test_no_more_are_kept_than_are_bearable() -> None:
    for name in ("用水", "防冻", "开学", "灯会"):
        Topic.objects.create(slug=name, name=name)
    assert len(queries.remit_words(3)) == 3
