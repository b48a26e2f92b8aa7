"""What the fediverse knows of us and we of it: followers, what was heard, what fails, who is shut out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from json import loads

from django.db.models import Count, Q, QuerySet

from weiting.channels import vault
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.fanout.queries import (
    HostFailure,
    Peer as FailingHost,
    Progress,
    failing_hosts,
    failures_by_host,
    progress,
)
from weiting.fediverse import addresses
from weiting.fediverse.flow import FollowState
from weiting.fediverse.models import Actor, Block, Followed, Follower, Heard, Note, Reaction, Received, Tally

KIND = "activitypub"
# Servers with fewer of an account's followers than this are not named beside their number.
FEW = 5


# --- our accounts -------------------------------------------------------------------------------------------


def actor_called(handle: str) -> Actor | None:
    """Return an account of ours by its handle; None when there is none."""
    if not addresses.HANDLE.fullmatch(handle.lower()):
        return None
    found = Actor.objects.select_related("connection__unit").filter(handle=handle.lower())
    return found.first()


def actor_for(connection: Connection) -> Actor | None:
    """Return the account of a connection; None while it has not been opened."""
    return Actor.objects.select_related("connection__unit").filter(connection=connection).first()


def is_over(actor: Actor) -> bool:
    """Say whether an account has been closed for good."""
    return actor.connection is not None and actor.connection.state == ConnectionState.ENDED


def handle_is_free(handle: str, connection: Connection | None = None) -> bool:
    """Say whether a handle can be had in this hall, by this connection."""
    if not addresses.HANDLE.fullmatch(handle) or handle == addresses.HALL:
        return False
    taken = Actor.objects.filter(handle=handle)
    return not (taken.exclude(connection=connection) if connection is not None else taken).exists()


def address_of(actor: Actor) -> str:
    """Return an account as people type it: @handle@host."""
    return f"@{actor.handle}@{addresses.domain()}"


def count_followers(connection: Connection) -> int:
    """Count who follows the account of a connection."""
    return Follower.objects.filter(actor__connection=connection).count()


def followers_by_host(connection: Connection, most: int = 50) -> list[tuple[str, int]]:
    """List the servers from which an account is followed, and by how many."""
    rows = Follower.objects.filter(actor__connection=connection).values_list("host")
    return [
        (host, count) for host, count in rows.annotate(count=Count("pk")).order_by("-count", "host")[:most]
    ]


def followers_grouped(connection: Connection) -> tuple[list[tuple[str, int]], int, int]:
    """Return the servers from which many follow, with how many; then how many small servers, and how many from them.

    Who follows from a server on which hardly anybody else does could be known by its name.
    """
    rows = Follower.objects.filter(actor__connection=connection).values_list("host")
    found = list(rows.annotate(count=Count("pk")).order_by("-count", "host"))
    large = [(host, count) for host, count in found if count >= FEW]
    small = [count for _host, count in found if count < FEW]
    return large, len(small), sum(small)


def count_accounts() -> int:
    """Count our accounts that can be followed."""
    open_ones = Q(connection__state__in=[ConnectionState.LIVE, ConnectionState.FROZEN])
    return Actor.objects.filter(open_ones).count()


def count_notes() -> int:
    """Count our texts that stand."""
    return Note.objects.filter(withdrawn_at__isnull=True).exclude(kind=Note.Kind.ANNOUNCE).count()


# --- our texts ----------------------------------------------------------------------------------------------


def note_called(public_id: str) -> Note | None:
    """Return one of our texts that everybody may see, also one that was withdrawn."""
    if not public_id.isalnum() or not public_id.isascii():
        return None
    rows = Note.objects.select_related("actor__connection__unit")
    return rows.filter(public_id=public_id, is_public=True).first()


def stands(url: str) -> bool:
    """Say whether the text at an address of the hall has been said in the fediverse and still stands there."""
    return Note.objects.filter(url=url, kind=Note.Kind.NOTE, withdrawn_at__isnull=True).exists()


def outbox_of(actor: Actor) -> QuerySet[Note]:
    """List what an account has said in public and not withdrawn, newest first."""
    found = Note.objects.filter(actor=actor, is_public=True, withdrawn_at__isnull=True)
    return found.select_related("actor__connection__unit").order_by("-pk")


def item_key(note: Note) -> str:
    """Return the key under which the copies of a text go out, for `fanout.queries.progress`."""
    act = "announce" if note.kind == Note.Kind.ANNOUNCE else "create"
    return f"{note.actor_id}:{note.public_id}:{act}"


def copies_of(external_id: str) -> Progress:
    """Return how many of its copies arrived, by what a receipt of a delivery names: a text or its correction."""
    note = Note.objects.filter(public_id=addresses.note_in(external_id)).first()
    if note is None:
        return Progress()
    key = external_id.partition("#updates/")[2]
    return progress(f"{note.actor_id}:{note.public_id}:update:{key}" if key else item_key(note))


def failures_of(external_id: str) -> list[HostFailure]:
    """List the servers that have not got a text, by what the receipt of its delivery names."""
    note = Note.objects.filter(public_id=addresses.note_in(external_id)).first()
    return failures_by_host(item_key(note)) if note is not None else []


def reactions(note: Note) -> dict[str, int]:
    """Count likes and relays of a text."""
    rows = Reaction.objects.filter(note=note).values_list("kind").annotate(count=Count("pk"))
    return dict(rows.order_by())


def count_reactions(actor: Actor) -> dict[str, int]:
    """Count likes and relays of everything an account has said."""
    rows = Reaction.objects.filter(note__actor=actor).values_list("kind").annotate(count=Count("pk"))
    return dict(rows.order_by())


# --- others -------------------------------------------------------------------------------------------------


def followed_by(actor: Actor) -> QuerySet[Followed]:
    """List the accounts elsewhere that an account of ours follows."""
    return Followed.objects.filter(actor=actor, state=FollowState.ACCEPTED).order_by("pk")


def follows_of(actor: Actor) -> QuerySet[Followed]:
    """List the accounts elsewhere that an account of ours follows, has asked to, or was refused by."""
    return Followed.objects.filter(actor=actor).exclude(state=FollowState.ENDED).order_by("address", "pk")


def received_for(connection: Connection) -> QuerySet[Received]:
    """List what the accounts said that a connection follows, newest first."""
    followed = Followed.objects.filter(actor__connection=connection, state=FollowState.ACCEPTED)
    return Received.objects.filter(by__in=followed.values("uri")).order_by("-received_at", "-pk")


def is_blocked(uri: str) -> bool:
    """Say whether an account, or the server it is on, is shut out."""
    host = addresses.host_of(uri)
    name = host.partition(":")[0]
    parts = name.split(".")
    above = {".".join(parts[n:]) for n in range(len(parts))}
    return Block.objects.filter(what__in={uri, host, *above}).exists()


def blocks() -> QuerySet[Block]:
    """List who is shut out, newest first."""
    return Block.objects.select_related("by").order_by("-at")


def shut_out() -> tuple[list[Block], int]:
    """Return what everybody may know: the servers that are shut out, with the reason, and how many single accounts."""
    found = list(Block.objects.order_by("-at"))
    servers = [each for each in found if not addresses.host_of(each.what)]
    return servers, len(found) - len(servers)


def failing() -> list[FailingHost]:
    """List the servers that do not answer."""
    return failing_hosts(KIND)


def refused_calls(days: int = 7) -> dict[str, int]:
    """Count the calls that were refused in the last days, by the reason."""
    since: date = clock.today() - timedelta(days=days - 1)
    found: Counter[str] = Counter()
    for reason, count in Tally.objects.filter(day__gte=since).values_list("reason", "count"):
        found[reason] += count
    return dict(found)


# --- what was heard -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What somebody wrote: their address, the text's, its words as clean HTML and plain."""

    uri: str
    by: str
    address: str
    html: str
    text: str
    url: str
    is_public: bool
    at: datetime
    objects: tuple[str, ...] = ()


NOTHING = ("", "", "", "", "", "")


def facts_of(found: Heard | Received) -> Facts:
    """Return what was heard or received, opened; empty when it was taken back. Raises Unavailable without the key."""
    if isinstance(found, Received):
        host = addresses.host_of(found.by)
        name = found.by.rstrip("/").rpartition("/")[2]
        return Facts(
            found.uri, found.by, f"@{name}@{host}", found.html, "", found.url, True, found.received_at
        )
    if found.removed_at:
        return Facts(*NOTHING, found.is_public, found.at)
    said = loads(
        vault.open_sealed(found.sealed_with, bytes(found.sealed), f"fediverse:{found.digest}")["said"]
    )
    return Facts(
        said["uri"], said["by"], said["address"], said["html"], said["text"], said["url"], found.is_public,
        found.at, tuple(said.get("objects", ())),
    )  # fmt: skip


def heard_waiting(connection: Connection | None = None, most: int = 200) -> list[Heard]:
    """List the replies, mentions and reports nobody has dealt with, oldest first."""
    rows = Heard.objects.filter(handled_at__isnull=True, removed_at__isnull=True)
    if connection is not None:
        rows = rows.filter(actor__connection=connection)
    return list(rows.select_related("actor__connection", "note").order_by("at", "pk")[:most])


def reports(most: int = 50) -> list[Heard]:
    """List the reports other servers sent about our accounts and texts that nobody has settled, oldest first."""
    rows = Heard.objects.filter(kind=Heard.Kind.REPORT, handled_at__isnull=True, removed_at__isnull=True)
    return list(rows.select_related("actor__connection__unit", "note").order_by("at", "pk")[:most])


def count_heard(connection: Connection) -> dict[str, int]:
    """Count what has reached an account, by kind."""
    rows = Heard.objects.filter(actor__connection=connection).values_list("kind")
    return dict(rows.annotate(count=Count("pk")).order_by())


def actor_of_unit(slug: str) -> Actor | None:
    """Return the first account of a unit by its name in addresses; None when it has none."""
    if "\x00" in slug:
        return None
    rows = Actor.objects.select_related("connection__unit").filter(connection__unit__slug=slug)
    return rows.exclude(connection__state=ConnectionState.ENDED).order_by("pk").first()
