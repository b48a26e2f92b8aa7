"""What every channel of a unit would be sent: rendered by the very adapters that send it, without a call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from json import dumps

from django.utils.translation import gettext as _

from weiting.channels import registry, words
from weiting.channels.models import Connection
from weiting.channels.ports import Rendered, Settings, Words
from weiting.channels.rules import rules
from weiting.posts.models import Correction, Post, Revision, RevisionMedia
from weiting.publishing import destinations
from weiting.publishing.delivery.texts import Text, text_of_release, text_of_revision
from weiting.publishing.models import Act, Delivery
from weiting.text import lengths
from weiting.text.lengths import Channel, Length

# What is counted of what goes out: the name of the field ("": the whole text), and as which channel it is counted.
COUNTED = {"weibo": (("", "weibo"),), "wechat": (("title", "wechat_title"), ("digest", "wechat_digest"))}
# Where the rules of a kind say it themselves: their name, and the field's.
RULED = (("heading", "title"), ("text", "text"))
HEADS = ("title", "subject", "spoiler_text")
FOR_MACHINES = frozenset({"webhook"})
_PROBE = "此处另写"


@dataclass(frozen=True)
class Preview:
    """What the channels named here would be sent: one and the same thing to all of them."""

    kind: str
    connections: tuple[Connection, ...]
    sent: Rendered
    # What is counted, by the name of the field ("": the whole text).
    counts: tuple[tuple[str, Length], ...] = ()

    @property
    def name(self) -> str:
        """Return what people call the kind of channel."""
        return words.name_of(self.kind)

    @property
    def accounts(self) -> str:
        """Return the names of the connections."""
        return "、".join(each.name for each in self.connections)

    @property
    def notes(self) -> list[str]:
        """Say what was shortened or left out."""
        return [note.say(_) for note in self.sent.notes]

    @property
    def as_json(self) -> str:
        """Return the fields as a machine is sent them; the moment of the release is put in when it comes."""
        return dumps(dict(self.sent.fields), ensure_ascii=False, indent=2, default=str)

    @property
    def is_for_machines(self) -> bool:
        """Whether who gets it reads fields, not a text."""
        return self.kind in FOR_MACHINES

    @property
    def title(self) -> str:
        """Return the heading or subject it goes out under, where the channel has one."""
        return next((str(self.sent.fields[name]) for name in HEADS if self.sent.fields.get(name)), "")

    @property
    def digest(self) -> str:
        """Return the few words shown in lists, where the channel has them."""
        return str(self.sent.fields.get("digest") or "")

    @property
    def text(self) -> str:
        """Return what readers see below the heading."""
        whole = self.sent.text
        return whole.removeprefix(self.title).strip() if self.title else whole.strip()

    @property
    def fits(self) -> bool:
        """Whether nothing is too long."""
        return all(length.fits for _name, length in self.counts)


def previews(connections: Iterable[Connection], text: Text, act: str = Act.SEND) -> list[Preview]:
    """Return what each connection would be sent of a text; those that are sent the same stand together."""
    groups: dict[tuple[str, str], list[Connection]] = {}
    made: dict[tuple[str, str], Rendered] = {}
    for connection in connections:
        if not registry.is_known(connection.kind):
            continue
        sent = rendered(connection, text, act)
        key = (connection.kind, sent.digest)
        groups.setdefault(key, []).append(connection)
        made[key] = sent
    return [
        Preview(key[0], tuple(found), made[key], counts(key[0], made[key])) for key, found in groups.items()
    ]


def of_version(
    post: Post,
    revision: Revision,
    places: Sequence[RevisionMedia],
    *,
    content_hash: str = "",
    correction: Correction | None = None,
) -> list[Preview]:
    """Return what will be sent of a version once it is released; of a correction what goes to where the text went."""
    if correction is not None:
        connections, act = destinations.reached_by(post), Act.CORRECT
    else:
        connections, act = destinations.chosen_for(post, post.unit), Act.SEND
    if not connections:
        return []
    text = text_of_revision(post, revision, content_hash=content_hash, correction=correction, places=places)
    return previews(connections, text, act)


def rendered(connection: Connection, text: Text, act: str = Act.SEND) -> Rendered:
    """Return exactly what a connection would be sent; its secrets stay closed."""
    settings = Settings(connection.base, dict(connection.values))
    return registry.render(connection.kind, settings, text.words(connection.kind, act))


def sent_by(delivery: Delivery) -> Rendered | None:
    """Return what a delivery sends, or sent unless its account's settings have changed; None for an unknown kind."""
    if not registry.is_known(delivery.connection.kind) or delivery.act == Act.WITHDRAW:
        return None
    return rendered(delivery.connection, text_of_release(delivery.release), delivery.act)


def counts(kind: str, sent: Rendered) -> tuple[tuple[str, Length], ...]:
    """Count what is sent as the channel counts it."""
    found = [
        (name, lengths.count(str(sent.fields.get(name, "")) if name else sent.text, channel))
        for name, channel in COUNTED.get(kind, ())
    ]
    facts = rules(kind).limits
    for name, field in RULED:
        said = facts.get(name)
        if isinstance(said, dict) and "count" in said and field in sent.fields:
            channel = Channel(kind, said["count"], said.get("limit"))
            found.append((field, lengths.count(str(sent.fields[field]), channel)))
    return tuple(found)


def with_own_words(kinds: Iterable[str]) -> Sequence[str]:
    """List the kinds of channel that take a wording of their own, each once, in order."""
    return [kind for kind in dict.fromkeys(kinds) if takes_own_words(kind)]


@cache
def takes_own_words(kind: str) -> bool:
    """Say whether a kind of channel sends a wording made for it: its adapter is shown one and does, or does not."""
    if not registry.is_known(kind):
        return False
    probe = Words("标题", "正文", "<p>正文</p>", "", "https://example.org/", "0" * 64, said=_PROBE)
    sent = registry.render(kind, Settings("https://example.org"), probe)
    return _PROBE in sent.text or any(_PROBE in str(value) for value in sent.fields.values())
