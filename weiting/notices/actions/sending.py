"""Sends due notices by e-mail, each once: claimed first, in a transaction of its own, then sent.

A worker that dies between the two leaves a mail unsent rather than sent twice: the notice still stands in the
desk. Only a mail that surely did not leave is put back.
"""

import logging
import smtplib
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _, ngettext

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.notices.models import Notice

BATCH = 200
# More than this at once become one mail.
MANY = 5
# Minutes before another try of a mail that surely did not leave.
WAITS = (5, 30, 120, 720)

logger = logging.getLogger(__name__)


class NotSentError(Exception):
    """The mail surely did not leave; `may_retry` says whether trying again can help."""

    def __init__(self, reason: str, *, may_retry: bool = True) -> None:
        super().__init__(reason)
        self.may_retry = may_retry


def send_due() -> int:
    """Send every due mail; returns how many left. Several workers may run it at once."""
    sent = 0
    while claimed := _claim():
        sent += sum(_send_to(person, waiting) for person, waiting in _by_person(claimed))
    return sent


def _claim() -> list[int]:
    """Mark a batch of due notices as mailed and return their ids; no two workers get the same one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE notices_notice SET emailed_at = %s WHERE id IN (
                 SELECT id FROM notices_notice WHERE emailed_at IS NULL AND email_at <= %s
                 ORDER BY email_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id""",
            [clock.now(), clock.now(), BATCH],
        )
        return [row[0] for row in cursor.fetchall()]


def _by_person(ids: list[int]) -> Iterator[tuple[Person, list[Notice]]]:
    waiting: defaultdict[Person, list[Notice]] = defaultdict(list)
    for notice in (
        Notice.objects.filter(pk__in=ids).select_related("person").order_by("person_id", "created_at", "pk")
    ):
        waiting[notice.person].append(notice)
    for person, notices in waiting.items():
        unread = [notice for notice in notices if notice.read_at is None]
        if unread and person.is_active and person.email and person.by_email:
            yield person, unread


def _send_to(person: Person, notices: list[Notice]) -> int:
    """Send one person's mails: one each, or a digest when many wait."""
    groups = [notices] if len(notices) > MANY else [[notice] for notice in notices]
    sent = 0
    try:
        post = _opened()
    except NotSentError as error:
        _put_back(notices, error)
        return 0
    try:
        for group in groups:
            sent += _send_one(post, person, group)
    finally:
        post.close()
    return sent


def _opened() -> BaseEmailBackend:
    post = get_connection()
    try:
        post.open()
    except (OSError, smtplib.SMTPException) as error:
        # No conversation, so nothing can have been delivered.
        raise NotSentError(_short(error)) from error
    return post


def _send_one(post: BaseEmailBackend, person: Person, group: list[Notice]) -> int:
    try:
        _deliver(post, _mail(person, group))
        return 1
    except NotSentError as error:
        _put_back(group, error)
    except (OSError, smtplib.SMTPException) as error:
        # The line broke after the mail was on its way: it may have arrived. Never send it twice.
        logger.warning("A mail to person %s is in doubt: %s", person.pk, _short(error))
        Notice.objects.filter(pk__in=[notice.pk for notice in group]).update(email_error=f"? {_short(error)}")
    return 0


def _deliver(post: BaseEmailBackend, mail: EmailMultiAlternatives) -> None:
    try:
        post.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reply in error.recipients.values()]
        raise NotSentError(_short(error), may_retry=all(400 <= code < 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        # The server answered with a refusal: it did not take the mail.
        raise NotSentError(_short(error), may_retry=400 <= error.smtp_code < 500) from error


def _put_back(notices: list[Notice], error: NotSentError) -> None:
    """Note why a mail did not leave, and let it wait for another try if that can help."""
    for notice in notices:
        tries = notice.email_tries + 1
        wait = WAITS[tries - 1] if error.may_retry and tries <= len(WAITS) else None
        again = clock.now() + timedelta(minutes=wait) if wait else None
        Notice.objects.filter(pk=notice.pk).update(
            emailed_at=None, email_at=again, email_tries=tries, email_error="" if again else str(error)
        )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _mail(person: Person, notices: list[Notice]) -> EmailMultiAlternatives:
    """Write the mail in the person's language."""
    is_digest = len(notices) > 1
    with translation.override(person.language):
        count = len(notices)
        subject = (
            ngettext("%(count)s thing waits for you", "%(count)s things wait for you", count)
            % {"count": count}
            if is_digest
            else notices[0].sentence
        )
        name = "digest" if is_digest else "notice"
        url = "/desk/notices/" if is_digest else notices[0].url
        # A line break in a title would break, or add, a header.
        subject = " ".join(subject.split())
        context = {
            "subject": subject,
            "person": person,
            "notices": [{"sentence": n.sentence, "url": _full(n.url), "at": n.created_at} for n in notices],
            "act": {"url": _full(url), "label": _("Open it in the desk")},
        }
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"notices/mail/{name}.txt", context),
            to=[person.email],
            # So that holiday replies do not answer a program.
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        )
        mail.attach_alternative(render_to_string(f"notices/mail/{name}.html", context), "text/html")
    return mail


def _full(url: str) -> str:
    return url if "://" in url else settings.PUBLIC_URL.rstrip("/") + url
