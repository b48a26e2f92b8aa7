"""What a resident does: ask, confirm, change, stop. Nobody on the staff acts here, so nothing is written of anybody."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import get_language, gettext as _

from weiting.core import clock
from weiting.core.errors import Conflict
from weiting.fanout import actions as fanout
from weiting.posts.models import Column
from weiting.subscriptions import addresses, links, pacing, queries
from weiting.subscriptions.models import MOST_REFUSED, Place, Reader, Rhythm, Subscription, Suppressed
from weiting.subscriptions.queries import KIND, Thing
from weiting.units.models import Hall, Unit

logger = logging.getLogger(__name__)

# Letters asking for a confirmation that one address gets in a day: nobody can be flooded through us.
MOST_LETTERS, COUNTED_FOR = 3, timedelta(hours=24)
# What waits for a confirmation does not wait behind ten thousand bulletins.
AT_ONCE = "confirm"
# Who got a text is kept as long as it may still have to be corrected there.
KEPT = timedelta(days=90)
# Refusals of an address count together for so long; after that it begins anew.
REFUSALS_COUNT = timedelta(days=30)
# When so many of all addresses are refused, the fault is our server's: nobody is erased for it.
MOST_ERASED, SHARE_ERASED = 20, 0.1


def ask(address: str, thing: Thing, rhythm: str, language: str = "") -> None:
    """Keep a wish and write to its address for a confirmation; raises Invalid for no address, Conflict where a thing
    cannot be followed.

    Says nothing of whether the address is known, is to be left alone, or has been written to often enough.
    """
    found = addresses.read(address)
    if not queries.can_ask_for(thing):
        raise Conflict(_("No mail is sent from here now. Follow its feed instead, or come back later."))
    digest = addresses.digest(found)
    with transaction.atomic():
        if Suppressed.objects.filter(digest=digest).exists():
            return
        reader = _reader(found, digest, language or get_language() or "")
        wish, _made = Subscription.objects.get_or_create(
            reader=reader, **_of(thing), defaults={"rhythm": rhythm, "asked_at": clock.now()}
        )
        if _may_write(reader) and _is_no_flood(found):
            _write(reader, wish, rhythm)


def _reader(address: str, digest: str, language: str) -> Reader:
    reader = Reader.objects.select_for_update().filter(digest=digest).first()
    if reader is not None:
        return reader
    made = Reader(digest=digest, language=language)
    made.sealed_with, made.sealed = addresses.seal(address, made.public_id)
    Reader.objects.bulk_create([made], ignore_conflicts=True)
    return Reader.objects.select_for_update().get(digest=digest)


def _of(thing: Thing) -> dict[str, Any]:
    names = {Unit: "unit", Column: "column", Hall: "hall"}
    return {names[type(thing)]: thing}


def _may_write(reader: Reader) -> bool:
    now = clock.now()
    if reader.asked_since < now - COUNTED_FOR:
        reader.asked, reader.asked_since = 0, now
    if reader.asked >= MOST_LETTERS:
        return False
    reader.asked += 1
    reader.save(update_fields=["asked", "asked_since"])
    return True


def _is_no_flood(address: str) -> bool:
    """Say whether a mailbox may be written to under one more of its tags: the letters of all of them count together."""
    name, _at, domain = address.rpartition("@")
    bare, tag, _rest = name.partition("+")
    return not tag or pacing.is_room(pacing.TAGGED, addresses.digest(f"{bare}@{domain}"))


def _write(reader: Reader, wish: Subscription, rhythm: str) -> None:
    now = clock.now()
    payload = {
        "what": "confirm",
        "subscription": wish.pk,
        "rhythm": rhythm,
        "until": (now + links.CONFIRM_WITHIN).timestamp(),
    }
    key = f"mail:confirm:{wish.pk}:{now.timestamp():.3f}"
    fanout.spread(KIND, key, payload, [fanout.Target(AT_ONCE, reader.public_id)])


@transaction.atomic
def confirm(token: str) -> Subscription:
    """Let a reader get what they asked for; raises NotFound for a link that is forged, over, or of an erased wish."""
    wish, rhythm = queries.wish_of(token)
    if not Subscription.objects.select_for_update().filter(pk=wish.pk).exists():
        # Stopped in this very moment.
        raise links.over()
    now = clock.now()
    wish.rhythm, wish.confirmed_at = rhythm, wish.confirmed_at or now
    wish.save(update_fields=["rhythm", "confirmed_at"])
    Reader.objects.filter(pk=wish.reader_id, confirmed_at__isnull=True).update(confirmed_at=now)
    return wish


@transaction.atomic
def change_rhythm(reader: str, subscription: int, rhythm: str) -> None:
    """Have what a subscription brings come at once or daily; one that is not this reader's is left alone."""
    if rhythm in Rhythm.values:
        rows = Subscription.objects.filter(reader__public_id=reader, pk=subscription)
        rows.filter(confirmed_at__isnull=False).update(rhythm=rhythm)


@transaction.atomic
def stop(reader: str, subscription: int) -> None:
    """End one subscription; with the last one the address is erased."""
    Subscription.objects.filter(reader__public_id=reader, pk=subscription).delete()
    if not Subscription.objects.filter(reader__public_id=reader).exists():
        leave(reader)


@transaction.atomic
def leave(reader: str, *, never_again: bool = False) -> None:
    """Erase a reader with everything that was kept of them, and call off what waits for them; twice is once.

    `never_again` keeps the keyed digest of the address, so that nobody can have it written to.
    """
    found = Reader.objects.select_for_update().filter(public_id=reader).first()
    if found is None:
        return
    if never_again:
        Suppressed.objects.get_or_create(digest=found.digest, defaults={"at": clock.now()})
    found.delete()


@transaction.atomic
def count_refusals(readers: Sequence[str]) -> None:
    """Note that the mail server refused these addresses for good; after the third time nothing is sent there."""
    now = clock.now()
    found = Reader.objects.filter(public_id__in=list(readers))
    old = now - REFUSALS_COUNT
    found.filter(Q(refused_since__isnull=True) | Q(refused_since__lt=old)).update(
        refused=0, refused_since=now
    )
    found.update(refused=F("refused") + 1)


def erase_refused() -> int:
    """Erase addresses that were refused three times, unless so many were that our own server must be at fault."""
    refused = Reader.objects.filter(refused__gte=MOST_REFUSED)
    count = refused.count()
    if count > MOST_ERASED and count > SHARE_ERASED * Reader.objects.count():
        logger.warning("The mail server refuses %s addresses: look at its settings. Nobody is erased.", count)
        return 0
    with transaction.atomic():
        refused.delete()
    return count


def tidy_readers() -> int:
    """Erase addresses and wishes that were not confirmed in time, and who got what long ago; return how many."""
    before = clock.now() - links.CONFIRM_WITHIN
    with transaction.atomic():
        Subscription.objects.filter(confirmed_at__isnull=True, asked_at__lt=before).delete()
        empty = Reader.objects.filter(created_at__lt=before, subscriptions__isnull=True)
        gone, _by_kind = empty.delete()
        Place.objects.filter(created_at__lt=clock.now() - KEPT).exclude(item_key="").delete()
    return gone
