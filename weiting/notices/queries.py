"""What a person has been told."""

from django.db.models import Count, Window

from weiting.accounts.models import Person
from weiting.core.paging import Page, keyset
from weiting.notices.models import Notice


def unread_count(person: Person) -> int:
    """Count what a person has not read yet."""
    return Notice.objects.filter(person=person, read_at__isnull=True).count()


def page_for(person: Person, *, cursor: str = "", unread: bool = False, size: int = 30) -> Page[Notice]:
    """Page through a person's notices, newest first, all or the unread ones."""
    mine = Notice.objects.filter(person=person)
    return keyset(
        mine.filter(read_at__isnull=True) if unread else mine, by="created_at", cursor=cursor, size=size
    )


def latest(person: Person, most: int = 5) -> list[Notice]:
    """List the newest unread notices, for a menu."""
    return list(
        Notice.objects.filter(person=person, read_at__isnull=True).order_by("-created_at", "-pk")[:most]
    )


def latest_of_all(person: Person, most: int = 5) -> tuple[list[Notice], int]:
    """List the newest unread notices and count all of them, with one question."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True).annotate(of_all=Window(Count("pk")))
    found = list(unread.order_by("-created_at", "-pk")[:most])
    return [*found], found[0].of_all if found else 0


def mail_in_doubt() -> int:
    """Count the mails that failed so that nobody knows whether they arrived, for the operator's check."""
    return Notice.objects.exclude(email_error="").count()
