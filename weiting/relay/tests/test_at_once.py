"""Two people at once: a call is answered once, and the week's budget is spent once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.posts.models import Post
from weiting.publishing.tests.make import published
from weiting.relay import actions
from weiting.relay.models import Ask
from weiting.relay.tests import make as relays

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def s(freeze):
    return relays.scene(freeze, units=2)


def together(*acts: Callable[[], object]) -> list[object]:
    """Do several things at the same moment, each on a connection of its own; list what came of each."""
    start, ended = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            ended.append(act())
        except DomainError as error:
            ended.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ended


def refused(ended: list[object]) -> int:
    return sum(isinstance(each, DomainError) for each in ended)


def test_of_two_who_accept_at_once_one_does(s):
    ask = s.ask(s.open())
    ended = together(lambda: s.accept(ask, line="甲"), lambda: s.accept(ask, line="乙"))
    assert refused(ended) == 1
    assert Post.objects.filter(unit=ask.unit, provenance="reprinted").count() == 1


def test_accepting_and_declining_at_once_leaves_one_answer(s):
    ask = s.ask(s.open())
    by = s.editors[ask.unit_id]
    ended = together(lambda: s.accept(ask), lambda: actions.decline(ask, "发过了。", by=by))
    assert refused(ended) == 1
    ask = Ask.objects.get(pk=ask.pk)
    assert (ask.state == "accepted") == (ask.post_id is not None)


def test_the_last_of_the_weeks_budget_is_spent_once(s, freeze):
    actions.save_rules(s.city.hall, by=s.city.hall_editor, per_week=1, reviews_lines=False)
    until = clock.now() + timedelta(days=2)
    calls = [s.open(due_at=until), s.open(post=published(s.city, freeze), due_at=until)]
    first, second = (s.ask(call) for call in calls)
    ended = together(lambda: s.accept(first), lambda: s.accept(second))
    assert refused(ended) == 1


def test_calling_off_while_a_unit_answers_leaves_it_before_or_after(s):
    call = s.open()
    ask = s.ask(call)
    together(lambda: s.accept(ask), lambda: actions.call_off(call, "解除了。", by=s.city.hall_editor))
    assert Ask.objects.get(pk=ask.pk).state in {"accepted", "called_off"}


def test_one_signing_key_is_made_by_many_at_once(s):
    ended = together(*(lambda: actions.signing_key()[0].pk for _n in range(4)))
    assert len(set(ended)) == 1
