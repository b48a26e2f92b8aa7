"""Telling people things once, reading them, and the mail that follows."""

import smtplib
from datetime import time
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from weiting import notices
from weiting.accounts.actions import create_person, deactivate_person, set_preferences
from weiting.accounts.models import Person
from weiting.notices import kinds
from weiting.notices.actions import sending
from weiting.notices.models import Notice

kinds.register({"test.due": ("“%(title)s” is due %(due_at)s, %(missing)s.", "clock")})


@pytest.fixture
def editor(db: None, freeze: Any) -> Person:
    """Somebody who wants mail but not at night; it is ten in the morning."""
    person, _password = create_person(username="editor", name="陈晏", email="chenyan@yunxi.example", by=None)
    return set_preferences(person, by=person, quiet_from=time(22), quiet_until=time(7))


def tell(person: Person, key: str = "post:1", **more: Any) -> None:
    """Tell the person that something is due."""
    notices.tell(
        [person],
        "test.due",
        key=key,
        url="/desk/write/1/",
        title="停水通知",
        due_at="2026-11-21T09:00:00Z",
        **more,
    )


def test_nobody_is_told_twice(editor: Person) -> None:
    for _time in range(3):
        tell(editor)
    assert notices.unread_count(editor) == 1
    [notice] = notices.page_for(editor).rows
    with translation.override("en"):
        assert notice.sentence == "“停水通知” is due November 21 17:00, ."
    assert notice.icon == "clock"


def test_a_kind_without_words_still_says_what_it_is_about(editor: Person) -> None:
    notices.tell([editor], "test.wordless", key="k", url="/", title="停水通知")
    assert "停水通知" in notices.page_for(editor).rows[0].sentence


def test_the_same_kind_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match=r"test\.due"):
        notices.register({"test.due": "Something else."})


def test_reading_is_ones_own(editor: Person) -> None:
    other, _password = create_person(username="other", name="别人", by=None)
    tell(editor)
    tell(other)
    assert notices.mark_read(editor, Notice.objects.values_list("pk", flat=True)) == 1
    assert (notices.unread_count(editor), notices.unread_count(other)) == (0, 1)
    assert notices.mark_all_read(other) == 1


def test_a_mail_leaves_once(editor: Person) -> None:
    tell(editor)
    assert [sending.send_due(), sending.send_due()] == [1, 0]
    [sent] = mail.outbox
    assert sent.to == ["chenyan@yunxi.example"]
    assert "停水通知" in sent.subject
    assert "/desk/write/1/" in sent.body
    assert "/desk/write/1/" in str(sent.alternatives[0])  # type: ignore[attr-defined]


def test_a_mail_waits_for_the_end_of_quiet_hours(editor: Person, freeze: Any) -> None:
    freeze("2026-11-21 23:10")
    tell(editor)
    tell(editor, key="urgent", urgent=True)
    assert sending.send_due() == 1
    freeze("2026-11-22 06:59")
    assert sending.send_due() == 0
    freeze("2026-11-22 07:00")
    assert sending.send_due() == 1


def test_what_was_read_in_the_desk_is_not_mailed(editor: Person) -> None:
    tell(editor)
    notices.mark_all_read(editor)
    assert sending.send_due() == 0


def test_who_wants_no_mail_gets_none(editor: Person) -> None:
    set_preferences(editor, by=editor, by_email=False)
    tell(Person.objects.get(pk=editor.pk))
    assert (notices.unread_count(editor), sending.send_due()) == (1, 0)


def test_who_has_left_is_told_nothing(editor: Person) -> None:
    tell(editor)
    deactivate_person(editor, "退休", by=None)
    assert sending.send_due() == 0
    tell(Person.objects.get(pk=editor.pk), key="later")
    assert notices.unread_count(editor) == 1


def test_many_become_one_digest(editor: Person) -> None:
    for number in range(6):
        tell(editor, key=f"post:{number}")
    assert sending.send_due() == 1
    assert mail.outbox[0].body.count("停水通知") == 6


def test_a_header_cannot_be_smuggled_in(editor: Person) -> None:
    notices.tell([editor], "test.due", key="k", url="/", title="停水\r\nBcc: all@example.com")
    assert sending.send_due() == 1
    assert "\n" not in mail.outbox[0].subject


def test_mail_that_surely_did_not_leave_is_tried_again(editor: Person, freeze: Any, monkeypatch: Any) -> None:
    tell(editor)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", _refused)
    assert sending.send_due() == 0
    monkeypatch.undo()
    assert sending.send_due() == 0, "it waits first"
    freeze.move(minutes=5)
    assert sending.send_due() == 1


def test_mail_in_doubt_is_never_sent_again(editor: Person, freeze: Any, monkeypatch: Any) -> None:
    tell(editor)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _cut_off)
    assert sending.send_due() == 0
    monkeypatch.undo()
    freeze.move(days=2)
    assert sending.send_due() == 0
    assert Notice.objects.get().email_error.startswith("? SMTPServerDisconnected")


def test_an_address_that_does_not_exist_is_given_up(editor: Person, freeze: Any, monkeypatch: Any) -> None:
    tell(editor)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _unknown)
    assert sending.send_due() == 0
    monkeypatch.undo()
    freeze.move(days=2)
    assert sending.send_due() == 0
    assert "550" in Notice.objects.get().email_error


def test_a_server_that_never_comes_back_is_given_up(editor: Person, freeze: Any, monkeypatch: Any) -> None:
    tell(editor)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", _refused)
    for _try in range(6):
        sending.send_due()
        freeze.move(days=1)
    notice = Notice.objects.get()
    assert (notice.email_tries, notice.email_at) == (5, None)
    assert "ConnectionRefusedError" in notice.email_error


def _refused(*_args: object) -> None:
    raise ConnectionRefusedError("no server there")


def _cut_off(*_args: object) -> None:
    raise smtplib.SMTPServerDisconnected("connection lost after DATA")


def _unknown(*_args: object) -> None:
    raise smtplib.SMTPRecipientsRefused({"x@example": (550, b"no such user")})
