"""`weiting text topics IN.csv OUT.json`: the topics of a table of messages, the hottest first."""

import argparse
import json
from collections.abc import Iterable

from weiting.text.commands import messages
from weiting.text.commands.tables import columns, write_text
from weiting.text.same import Message
from weiting.text.topics import Topic, Topics


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files, and whether rows are taken one by one."""
    messages.add_arguments(parser, "OUT.json")
    parser.add_argument("--stream", action="store_true", help="one pass over the rows, in bounded memory")
    parser.add_argument("--at-least", type=int, default=2, metavar="N", help="messages a topic has (2)")


def run(options: argparse.Namespace) -> int:
    """Write the topics; both ways give the same answer."""
    read: Iterable[Message] = messages.read(options.input, columns(options.columns))
    topics = Topics()
    for message in read if options.stream else list(read):
        topics.add(message)
    found = [_row(topic) for topic in topics.found(at_least=options.at_least)]
    write_text(options.output, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


def _row(topic: Topic) -> dict[str, object]:
    return {
        "title": topic.title,
        "members": list(topic.members),
        "size": topic.size,
        "place": topic.place,
        "from": topic.first.isoformat(sep=" ") if topic.first else "",
        "to": topic.last.isoformat(sep=" ") if topic.last else "",
        "heat": float(f"{topic.heat:.6g}"),
        "history": {day.isoformat(): count for day, count in topic.history},
    }
