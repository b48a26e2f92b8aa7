"""Letters as they leave: the words, who speaks, how to stop, and the headers that mail programs rely on.

Nothing in a letter is fetched when it is opened, no link is counted, and no two readers get other links than their own
way to unsubscribe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext, override

from weiting.core import clock
from weiting.posts import passing
from weiting.subscriptions import links
from weiting.subscriptions.models import Act, Bulletin, Subscription
from weiting.ui.convert import for_reader
from weiting.units.models import Hall

LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)


@dataclass(frozen=True)
class Sheet:
    """A letter in one language before it has an address; WAY stands where each reader's own link goes."""

    subject: str
    text: str
    html: str
    sender: str
    language: str
    is_bulk: bool = True
    # What it answers, so that a correction stands below the letter it corrects: an item's key.
    follows: str = ""

    def addressed(self, to: str, reader: str, key: str, at: datetime) -> EmailMultiAlternatives:
        """Return the letter for one reader; the same key makes the same Message-ID."""
        way = links.reader_url(reader, self.language)
        made = EmailMultiAlternatives(
            self.subject,
            self.text.replace(WAY, way),
            formataddr((self.sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
            [to],
            headers=self._headers(way, reader, key, at),
        )
        made.attach_alternative(self.html.replace(WAY, way), "text/html")
        return made

    def _headers(self, way: str, reader: str, key: str, at: datetime) -> dict[str, str]:
        found = {
            "Date": format_datetime(clock.local(at)),
            "Message-ID": message_id(key, reader),
            "Auto-Submitted": "auto-generated",
            "Content-Language": self.language,
        }
        if self.is_bulk:
            found |= {
                "Precedence": "bulk",
                "List-Id": list_id(self.sender),
                "List-Unsubscribe": f"<{way}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        if self.follows:
            found["In-Reply-To"] = found["References"] = message_id(self.follows, reader)
        return found


# A letter from the private area of Unicode: no text holds it.
WAY = "\ue000"


def message_id(key: str, reader: str) -> str:
    """Return what a letter is known by everywhere; who takes it twice sees that it is one."""
    mark = sha256(f"{key}\n{reader}".encode()).hexdigest()[:32]
    return f"<{mark}@{_host()}>"


def list_id(name: str) -> str:
    """Return what mail programs sort by: one list for the whole hall, as one click ends all of it."""
    return f"<bulletins.{_host()}>"


def _host() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or (
        urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    )


def hall_name() -> str:
    """Return the name under which letters come."""
    found = Hall.objects.filter(is_main=True).first()
    return found.name if found else _("Publishing hall")


def _sheet(template: str, subject: str, language: str, context: Mapping[str, Any], **more: Any) -> Sheet:
    given = {"language": language, "way": WAY, "hall": hall_name(), **context}
    html = render_to_string(f"subscriptions/{template}.html", given)
    text = render_to_string(f"subscriptions/{template}.txt", given)
    # Templates keep an empty line for each tag that printed nothing.
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    # As on the hall's pages: one wording, in the characters of its reader.
    said = [for_reader(each) for each in (subject, "\n".join(kept) + "\n", html)]
    sender = for_reader(more.pop("sender", given["hall"]))
    return Sheet(said[0], said[1], said[2], sender, language, **more)


def bulletin_sheets(bulletin: Bulletin, follows: str = "") -> dict[str, Sheet]:
    """Return a bulletin in each language; its own words stay as they were approved."""
    unit = bulletin.connection.unit
    found = {}
    for language in LANGUAGES:
        with override(language):
            sender = f"{unit.short_name}（{hall_name()}）"
            context = {
                "bulletin": bulletin,
                "fields": bulletin.fields,
                "unit": unit,
                "reason": _reason(bulletin),
            }
            if bulletin.act == Act.WITHDRAW:
                subject = _("Withdrawn: %(title)s") % {"title": bulletin.fields.get("title", "")}
                template = "withdrawal"
            else:
                subject, template = str(bulletin.fields.get("subject", "")), "bulletin"
            found[language] = _sheet(template, subject, language, context, sender=sender, follows=follows)
    return found


def _reason(bulletin: Bulletin) -> str:
    subject = bulletin.post or bulletin.issue
    return str(subject.withdrawn_reason) if subject is not None else ""


def digest_sheets(bulletins: Sequence[Bulletin], at: datetime) -> dict[str, Sheet]:
    """Return the day's letter in each language."""
    found = {}
    rows = [(each, _passed_on(each)) for each in bulletins]
    for language in LANGUAGES:
        with override(language):
            day = date_format(clock.local(at).date(), "MONTH_DAY_FORMAT")
            many = ngettext("%(n)s text", "%(n)s texts", len(bulletins)) % {"n": len(bulletins)}
            first = str(bulletins[0].fields.get("title", ""))[:30] if bulletins else ""
            subject = _("%(hall)s, %(day)s: %(many)s, “%(first)s”") % {
                "hall": hall_name(),
                "day": day,
                "many": many,
                "first": first,
            }
            context = {"rows": rows, "day": day, "many": many}
            found[language] = _sheet("digest", subject, language, context)
    return found


# So many units that passed a text on are named; the others are counted.
NAMED = 4


def _passed_on(bulletin: Bulletin) -> dict[str, Any]:
    """Return which units passed a text on besides the one that brings it: some by name, how many more."""
    units = passing.one_text(bulletin.post_id).units if bulletin.post_id is not None else ()
    others = [name for name in units if name != bulletin.connection.unit.short_name]
    return {"names": "、".join(others[:NAMED]), "more": len(others[NAMED:])}


def confirm_sheets(wish: Subscription, rhythm: str, until: datetime) -> dict[str, Sheet]:
    """Return the letter that asks whether an address wants what was asked for it."""
    found = {}
    said = links.Wish(wish.reader.public_id, wish.pk, rhythm)
    for language in LANGUAGES:
        with override(language):
            name = hall_name()
            context = {
                "what": what(wish),
                "link": links.confirm_url(said, until, language),
                "daily": rhythm == "daily",
                "until": clock.local(until),
            }
            subject = _("Please confirm: mail from %(hall)s") % {"hall": name}
            found[language] = _sheet("confirm", subject, language, context, is_bulk=False)
    return found


def what(wish: Subscription) -> str:
    """Name what a subscription brings, in the active language."""
    if wish.unit is not None:
        return _("the texts of %(unit)s") % {"unit": wish.unit.short_name}
    if wish.column is not None:
        return _("the texts of the column %(column)s") % {"column": wish.column}
    return _("all texts of %(hall)s") % {"hall": wish.hall.name if wish.hall else ""}
