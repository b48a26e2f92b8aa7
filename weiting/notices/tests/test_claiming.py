"""Two workers at once: every mail leaves exactly once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from weiting import notices
from weiting.accounts.actions import create_person
from weiting.notices.actions import sending


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once() -> None:
    people = [
        create_person(username=f"p{n}", name=f"人{n}", email=f"p{n}@x.example", by=None)[0] for n in range(12)
    ]
    for number in range(3):
        notices.tell(people, "test.due", key=f"k{number}", url="/", title=f"第{number}件")

    def work(_number: int) -> int:
        try:
            return sending.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 36
    assert len({(m.to[0], m.subject) for m in mail.outbox}) == len(mail.outbox) == 36
