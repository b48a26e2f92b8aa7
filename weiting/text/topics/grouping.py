"""Topics: each message joins the topic of the likest message before it, or founds its own; the heat decays.

Memory is bounded: messages are looked for among the newest ones only, and topics that stayed alone leave with them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from weiting.text.same import Index, Message
from weiting.text.topics.titles import place_of, title_of

# A message joins the topic of the likest one from this score on; chosen on the even labelled matters.
LIKE = 0.25
# In so much time without a new message the heat of a topic halves.
HALF_LIFE = timedelta(days=7)
# Messages are looked for among the newest of these; at twice so many the older half leaves.
NEWEST = 200_000
# So many topics are kept, the hottest, and of each so many heads, members and days.
MOST_TOPICS, MOST_HEADS, MOST_MEMBERS, MOST_DAYS = 50_000, 40, 10_000, 1_000


@dataclass(frozen=True, slots=True)
class Topic:
    """Messages of one matter. `size` counts them all, `members` names the first 10,000; `history` counts by day."""

    title: str
    members: tuple[str, ...]
    size: int
    place: str
    first: datetime | None
    last: datetime | None
    heat: float
    history: tuple[tuple[date, int], ...]


class _Growing:
    """A topic while messages join it."""

    __slots__ = ("days", "first", "heads", "heat", "last", "members", "size")

    def __init__(self) -> None:
        self.members: list[str] = []
        self.heads: list[tuple[str, str]] = []
        self.size = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        # The heat at `last`.
        self.heat = 0.0
        self.days: Counter[date] = Counter()

    def join(self, message: Message, half_life: timedelta) -> None:
        """Take a message in."""
        self.size += 1
        if len(self.members) < MOST_MEMBERS:
            self.members.append(message.id)
        if len(self.heads) < MOST_HEADS:
            self.heads.append((message.title[:80], message.content[:80]))
        if message.time is None:
            self.heat += 1
            return
        day = message.time.date()
        if day in self.days or len(self.days) < MOST_DAYS:
            self.days[day] += 1
        if self.last is None or message.time >= self.last:
            self.heat = self.heat_at(message.time, half_life) + 1
            self.last = message.time
        else:
            self.heat += 0.5 ** ((self.last - message.time) / half_life)
        self.first = message.time if self.first is None else min(self.first, message.time)

    def heat_at(self, now: datetime | None, half_life: timedelta) -> float:
        """The heat at a time not before the last message."""
        if now is None or self.last is None:
            return self.heat
        return self.heat * 0.5 ** (max(now - self.last, timedelta()) / half_life)


class _Generation:
    """Some of the newest messages, and to which topic each belongs."""

    def __init__(self, names: Iterable[str]) -> None:
        self.index = Index(names)
        self.topics: list[int] = []

    def likest(self, message: Message) -> tuple[float, int]:
        """The best score and its topic; (0, -1) when nothing is like it."""
        found = self.index.compare(message)
        # A copy about another place is another matter.
        elsewhere = found.likeness.elsewhere
        at = next((at for at in found.best() if not elsewhere[at]), None)
        return (0.0, -1) if at is None else (found.score(at), self.topics[int(found.nearest[at])])


class Topics:
    """Topics of messages in the order in which they come. `names` are a city's own places."""

    def __init__(
        self, names: Iterable[str] = (), *, half_life: timedelta = HALF_LIFE, newest: int = NEWEST
    ) -> None:
        self._names = tuple(names)
        self._half_life, self._newest = half_life, newest
        self._generations = [_Generation(self._names)]
        self._topics: dict[int, _Growing] = {}
        self._founded = 0
        self._now: datetime | None = None

    def add(self, message: Message) -> int:
        """Put a message into its topic, and return the number of that topic."""
        message = _without_zone(message)
        score, number = max(generation.likest(message) for generation in self._generations)
        if score < LIKE or number not in self._topics:
            number = self._founded
            self._founded += 1
            self._topics[number] = _Growing()
        self._topics[number].join(message, self._half_life)
        if message.time and (self._now is None or message.time > self._now):
            self._now = message.time
        newest = self._generations[-1]
        newest.index.add(message)
        newest.topics.append(number)
        if len(newest.topics) >= self._newest:
            self._turn()
        return number

    def found(self, *, at_least: int = 1) -> list[Topic]:
        """The topics of at least so many messages, the hottest first, as of the newest message."""
        kept = [topic for topic in self._topics.values() if topic.size >= at_least]
        kept.sort(
            key=lambda topic: (-topic.heat_at(self._now, self._half_life), -topic.size, topic.members[0])
        )
        return [self._shown(topic) for topic in kept]

    def _shown(self, topic: _Growing) -> Topic:
        return Topic(
            title_of([title for title, _ in topic.heads]),
            tuple(topic.members),
            topic.size,
            place_of(topic.heads),
            topic.first,
            topic.last,
            topic.heat_at(self._now, self._half_life),
            tuple(sorted(topic.days.items())),
        )

    def _turn(self) -> None:
        """Begin a new generation; the one before the last leaves, and with it the topics that stayed alone."""
        self._generations = [self._generations[-1], _Generation(self._names)]
        live = set(self._generations[0].topics)
        kept = [(number, topic) for number, topic in self._topics.items() if topic.size > 1 or number in live]
        kept.sort(key=lambda each: (-each[1].heat_at(self._now, self._half_life), each[0]))
        self._topics = dict(sorted(kept[: max(MOST_TOPICS, self._newest)]))


def _without_zone(message: Message) -> Message:
    """Times with and without a zone cannot be compared; a table has them all in one."""
    if message.time is None or message.time.tzinfo is None:
        return message
    return Message(
        message.id, message.title, message.content, message.time.replace(tzinfo=None), message.unit
    )
