"""`weiting text duplicates IN.csv OUT.csv`: the pairs of messages that may speak of the same matter, best first."""

import argparse

from weiting.text.commands import messages
from weiting.text.commands.tables import columns, write
from weiting.text.same import Index

HEADER = ("msg_id_a", "msg_id_b", "score", "same", "reasons")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tables, and how many pairs are wanted."""
    messages.add_arguments(parser, "OUT.csv")
    parser.add_argument("--most", type=int, default=60, metavar="N", help="partners looked at for each (60)")
    parser.add_argument("--above", type=float, default=0.05, metavar="P", help="pairs surer than this (0.05)")


def run(options: argparse.Namespace) -> int:
    """Write the pairs; a message may stand in many."""
    index = Index()
    read = list(messages.read(options.input, columns(options.columns)))
    for message in read:
        index.add(message)
    found: dict[tuple[str, str], tuple[float, bool, str]] = {}
    for message in read:
        for match in index.query(message, most=options.most, above=options.above):
            pair = (message.id, match.id) if (match.id, message.id) not in found else (match.id, message.id)
            why = " ".join(reason.say() for reason in match.reasons)
            if pair not in found or match.sure > found[pair][0]:
                found[pair] = (match.sure, match.same, why)
    ordered = sorted(found.items(), key=lambda each: (-each[1][0], each[0]))
    write(
        options.output,
        HEADER,
        ((*pair, f"{sure:.4f}", int(same), why) for pair, (sure, same, why) in ordered),
    )
    return 0
