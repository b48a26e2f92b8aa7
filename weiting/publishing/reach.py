"""How far a text has come beyond its delivery, in words: to followers, mail readers and programs. Numbers, no names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _, ngettext

from weiting.core import clock
from weiting.fanout.queries import Standing
from weiting.fediverse import reach as followers
from weiting.fediverse.reach import Server
from weiting.posts.models import Post
from weiting.publishing.models import Delivery
from weiting.subscriptions import queries as subscriptions
from weiting.ui import when

FEDIVERSE, MAIL, WEBSUB = "activitypub", "mail", "websub"


@dataclass(frozen=True)
class Reach:
    """How far a text has come to the many it is for; `daily` readers get it with the letter of the day."""

    kind: str
    standing: Standing
    daily: int = 0

    @property
    def of(self) -> int:
        """Return for how many it is."""
        return self.standing.of + self.daily

    @property
    def sent(self) -> int:
        """Return how many have it."""
        return self.standing.sent

    @property
    def is_done(self) -> bool:
        """Say whether nothing goes on by itself any more."""
        return self.standing.is_done and not self.daily

    @property
    def says(self) -> list[str]:
        """Say how many have it, and what is with the others: one sentence each."""
        if not self.of:
            return [self._none()]
        return [self._first(), *filter(None, (self._resting(), *self._others()))]

    def _none(self) -> str:
        if self.kind == MAIL:
            return _("Nobody had asked for it by mail when it went out.")
        return _("Nobody was following when it went out.")

    def _first(self) -> str:
        facts = {"of": f"{self.of:,}", "sent": f"{self.sent:,}"}
        is_all = self.sent == self.of
        if self.kind == MAIL:
            if is_all:
                return ngettext("Sent to %(of)s reader.", "Sent to all %(of)s readers.", self.of) % facts
            return _("Of %(of)s readers it was sent to %(sent)s.") % facts
        if self.kind == WEBSUB:
            return (
                _("Of %(of)s programs that follow the feeds with it, %(sent)s have their newest version.")
                % facts
            )
        if is_all:
            return ngettext("%(of)s follower has it.", "All %(of)s followers have it.", self.of) % facts
        return _("Of %(of)s followers %(sent)s have it.") % facts

    def _resting(self) -> str:
        found = self.standing
        if not found.resting:
            return ""
        facts = {"n": f"{found.resting:,}", "hosts": f"{found.hosts:,}", "at": _again(found.asked_next)}
        if self.kind == MAIL:
            return _("%(n)s wait because the mail server does not answer; it is asked again %(at)s.") % facts
        return (
            ngettext(
                "%(n)s at %(hosts)s server that does not answer; it is asked again %(at)s.",
                "%(n)s at %(hosts)s servers that do not answer; the next is asked again %(at)s.",
                found.hosts,
            )
            % facts
        )

    def _others(self) -> list[str]:
        found, is_mail = self.standing, self.kind == MAIL
        said = [
            (found.waiting, _("%(n)s on the way.")),
            (self.daily, _("%(n)s get it with the letter of the day, at 18:00.")),
            (
                found.refused,
                _("%(n)s: the address was refused.") if is_mail else _("%(n)s: their server refused it."),
            ),
            (found.gave_up, _("%(n)s: given up after days without an answer.")),
            (
                found.in_doubt,
                _("%(n)s: the answer was lost; it is not sent again, so that nobody gets it twice."),
            ),
            (
                found.moot,
                _("%(n)s no longer wanted it, or it was corrected before.")
                if is_mail
                else _("%(n)s: something newer went there instead."),
            ),
        ]
        return [sentence % {"n": f"{count:,}"} for count, sentence in said if count]


def _again(at: datetime | None) -> str:
    return when.phrase(at, time=True) if at is not None and at > clock.now() else _("in a moment")


def reach_of(deliveries: Iterable[Delivery]) -> dict[int, Reach]:
    """Return how far deliveries have come, by their number; six queries at most, for any number of them."""
    found: dict[int, Reach] = {}
    had = [(each, receipt) for each in deliveries if (receipt := getattr(each, "receipt", None)) is not None]
    notes = {
        each.pk: (str(each.act), receipt.external_id)
        for each, receipt in had
        if each.connection.kind == FEDIVERSE
    }
    if notes:
        standings = followers.standing_of(set(notes.values()))
        found |= {pk: Reach(FEDIVERSE, standings[sent]) for pk, sent in notes.items() if sent in standings}
    letters = {each.pk: receipt.external_id for each, receipt in had if each.connection.kind == MAIL}
    if letters:
        mailed = subscriptions.mailed(set(letters.values()))
        for pk, name in letters.items():
            if name in mailed:
                found[pk] = Reach(MAIL, mailed[name].letters, mailed[name].daily)
    return found


def servers_without(delivery: Delivery) -> list[Server]:
    """List the servers whose followers have not got a delivery; of e-mail and others there are none to name."""
    receipt = getattr(delivery, "receipt", None)
    if receipt is None or delivery.connection.kind != FEDIVERSE:
        return []
    return followers.servers_without((str(delivery.act), receipt.external_id))


def feeds_of(post: Post) -> Reach | None:
    """Return how far the feeds that show a text have come to programs that follow them; None where nobody does."""
    paths = [f"/u/{post.unit.slug}/feed."]
    if post.column is not None:
        paths.append(f"/c/{post.column.slug}/feed.")
    found = subscriptions.feeds_standing(paths)
    return Reach(WEBSUB, found) if found.of else None
