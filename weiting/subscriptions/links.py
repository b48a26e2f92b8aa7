"""Links in letters that act as a key: signed, some of them for a while only, opened by the hall's pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from weiting.core import clock
from weiting.core.errors import NotFound

CONFIRM_WITHIN = timedelta(hours=48)
_CONFIRM, _READER = "weiting.subscriptions.confirm", "weiting.subscriptions.reader"


@dataclass(frozen=True)
class Wish:
    """What a link to confirm stands for."""

    reader: str
    subscription: int
    rhythm: str


def confirm_token(wish: Wish, until: datetime) -> str:
    """Return the token of a link that confirms a wish until a moment."""
    said = [wish.reader, wish.subscription, wish.rhythm, int(until.timestamp())]
    return signing.dumps(said, salt=_CONFIRM)


def read_confirm(token: str) -> Wish:
    """Return what a link confirms; raise NotFound when it is forged or too old."""
    try:
        reader, subscription, rhythm, until = signing.loads(token, salt=_CONFIRM)
    except (signing.BadSignature, ValueError, TypeError):
        raise over() from None
    if clock.now().timestamp() > until:
        raise over()
    return Wish(str(reader), int(subscription), str(rhythm))


def over() -> NotFound:
    """Return what is said of a link to confirm that is not valid (any more)."""
    return NotFound(
        _("This link is not valid any more: it holds for 48 hours, and once. Ask for the mail again."),
        code="link_over",
    )


def reader_token(public_id: str) -> str:
    """Return the token of the link by which a reader stops or changes what they get; it never ends."""
    return signing.Signer(salt=_READER).sign(public_id)


def read_reader(token: str) -> str:
    """Return whose link it is; raise NotFound when it is forged."""
    try:
        return signing.Signer(salt=_READER).unsign(token)
    except signing.BadSignature:
        raise NotFound(_("This link is not whole. Copy all of it from the letter.")) from None


def absolute(path: str, language: str = "") -> str:
    """Return the address of one of the hall's pages as people outside need it, in a language."""
    prefix = "" if language in {"", settings.LANGUAGE_CODE} else f"/{language}"
    return f"{settings.PUBLIC_URL.rstrip('/')}{prefix}{path}"


def confirm_url(wish: Wish, until: datetime, language: str) -> str:
    """Return the address of the page that confirms a wish."""
    return absolute(f"/mail/confirm/{confirm_token(wish, until)}/", language)


def reader_url(public_id: str, language: str) -> str:
    """Return the address of the page where a reader sees, changes and stops what they get."""
    return absolute(f"/mail/{reader_token(public_id)}/", language)
