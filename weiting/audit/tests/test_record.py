"""Recording: in the caller's transaction, without gaps, in one line however many write."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from weiting import audit
from weiting.accounts.models import Person
from weiting.audit import actions, chain, origins, queries
from weiting.audit.models import Entry
from weiting.core.errors import Invalid

POST = audit.Ref("posts.post", "17", "明天停水")


@pytest.fixture
def editor(db: None) -> Person:
    """Somebody who acts."""
    return Person.objects.create(username="lin", name="林晓")


def test_an_act_is_recorded_with_all_it_says(editor: Person, freeze: Any) -> None:
    freeze("2026-11-21 10:00")
    with audit.origin("web", "mark"):
        entry = audit.record(
            "posts.post.submit",
            by=editor,
            subject=POST,
            unit=None,
            as_role="编辑",
            note="改了时间",
            words=214,
        )
    kept = Entry.objects.get(seq=entry.seq)
    assert kept.content() == {
        "v": 1,
        "seq": 1,
        "at": "2026-11-21T02:00:00.000000Z",
        "actor_id": editor.pk,
        "actor_label": "林晓",
        "actor_role": "编辑",
        "verb": "posts.post.submit",
        "subject_type": "posts.post",
        "subject_id": "17",
        "subject_label": "明天停水",
        "unit_id": None,
        "unit_label": "",
        "facts": {"note": "改了时间", "words": 214},
        "origin": "web",
        "origin_mark": "mark",
    }
    assert kept.link() == entry.link()
    assert kept.link().previous == chain.Digests()


def test_a_model_is_a_subject_by_its_key_and_name(editor: Person) -> None:
    entry = audit.record("accounts.person.close", subject=editor, unit=editor)
    assert (entry.subject_type, entry.subject_id, entry.subject_label) == (
        "accounts.person",
        str(editor.pk),
        "林晓",
    )
    assert (entry.unit_id, entry.unit_label) == (editor.pk, "林晓")
    assert [e.seq for e in audit.entries_for(editor)] == [entry.seq]


def test_without_a_person_or_a_request_it_is_the_system(db: None) -> None:
    entry = audit.record("posts.post.expire")
    assert (entry.actor_id, entry.actor_label, entry.origin, entry.origin_mark) == (
        None,
        "",
        "worker",
        "",
    )


def test_facts_become_plain_values(db: None) -> None:
    at = datetime(2026, 11, 21, 2, tzinfo=UTC)
    entry = audit.record(
        "posts.post.plan",
        at=at,
        on=date(2026, 11, 22),
        cost=Decimal("1.50"),
        who=gettext_lazy("name"),
        ids={3, 1},
    )
    entry.refresh_from_db()
    assert entry.facts == {
        "at": "2026-11-21T02:00:00.000000Z",
        "on": "2026-11-22",
        "cost": "1.50",
        "who": str(gettext_lazy("name")),
        "ids": [1, 3],
    }


@pytest.mark.parametrize("fact", [1.5, b"raw", object(), 2**60, "\x00"])
def test_a_fact_without_canonical_form_is_refused(db: None, fact: Any) -> None:
    with pytest.raises(chain.NotCanonicalError):
        audit.record("posts.post.submit", fact=fact)


@pytest.mark.parametrize("verb", ["submit", "Posts.submit", "posts..submit", "posts.submit now", ""])
def test_a_verb_is_dotted_and_plain(db: None, verb: str) -> None:
    with pytest.raises(ValueError, match="verb"):
        audit.record(verb)


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(actions.NotInTransactionError):
        audit.record("posts.post.submit")
    assert queries.last_seq() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_gap() -> None:
    with transaction.atomic():
        audit.record("posts.post.submit")
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("posts.post.approve")
        raise RuntimeError
    with transaction.atomic():
        assert audit.record("posts.post.send_back").seq == 2


@pytest.mark.parametrize("count", [0, 1, actions.COPY_FROM - 1, actions.COPY_FROM, 300])
def test_many_acts_make_one_line(db: None, count: int) -> None:
    first = audit.record("posts.post.submit", note="before")
    made = audit.record_many(
        [
            audit.Act(
                "posts.post.import",
                subject=POST,
                facts={"n": n, "quote": 'a\t"b"\\\n中'},
            )
            for n in range(count)
        ]
    )
    assert [entry.seq for entry in made] == list(range(first.seq + 1, first.seq + 1 + count))
    report = chain.check(queries.links(), first=1)
    assert report.ok
    assert report.count == count + 1


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_one_line_without_gaps() -> None:
    def write(number: int) -> None:
        try:
            for turn in range(12):
                with transaction.atomic():
                    audit.record("posts.post.submit", writer=number, turn=turn)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = chain.check(queries.links(), first=1)
    assert (report.ok, report.first, report.last, report.count) == (True, 1, 96, 96)
    turns: dict[int, list[int]] = {}
    for entry in Entry.objects.order_by("seq"):
        turns.setdefault(entry.facts["writer"], []).append(entry.facts["turn"])
    assert turns == {number: list(range(12)) for number in range(8)}


def test_looking_at_personal_data_is_recorded_with_its_reason(editor: Person) -> None:
    entry = audit.read(POST, by=editor, reason=" 要回电话 ", fields=["phone", "name"])
    assert (entry.verb, entry.facts) == (
        "audit.personal.read",
        {"reason": "要回电话", "fields": ["name", "phone"]},
    )


def test_looking_at_personal_data_needs_a_reason(editor: Person) -> None:
    with pytest.raises(Invalid) as refused:
        audit.read(POST, by=editor, reason="  ", fields=["phone"])
    assert "reason" in refused.value.fields
    assert queries.last_seq() == 0


def test_the_mark_of_an_address_changes_with_the_day(freeze: Any) -> None:
    freeze("2026-11-21 10:00")
    today = origins.mark_of("203.0.113.9")
    assert today == origins.mark_of("203.0.113.9")
    assert today != origins.mark_of("203.0.113.10")
    freeze.move(days=1)
    assert today != origins.mark_of("203.0.113.9")
    assert len(today) == 16
