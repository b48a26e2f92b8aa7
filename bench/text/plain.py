"""Plain language and answers: how well each family of rules does beside a bare list of words.

`python -m bench.text.plain` measures; `--misses` shows what the tuned half misses. The parts on real letters need the
public data named by WEITING_DATA.
"""

import argparse
import csv
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.table import Result, markdown, ms
from bench.text.common import folder, wilson
from weiting.text import plain
from weiting.text.answers import Earlier, parts, relevance
from weiting.text.answers.parts import ORDER

SETS = Path(__file__).parent / "sets"
PRECISION, RECALL = 0.92, 0.85
FAMILIES = tuple(family for family in plain.FAMILIES if family != "blank")
REAL = {
    "replies": ("citizen_messages/replies_2816.csv", "msg_id", "reply", "answer"),
    "letters": ("mayor_mailbox/letters_1179.csv", "mail_id", "reply", "answer"),
    "posts": ("official_posts/cctvnews_2020.csv", "mid", "content", "post"),
}
# What one would look for without rules: the words of the published lists, anywhere in the text.
BARE: dict[str, str] = {
    "officialese": "高度重视 亲自过问 现场指挥 积极 及时 立即 确保 严肃查处 坚决遏制 认清形势 统一思想 狠抓落实 掀起 "
    "领导 支持下 努力下 进一步 切实",
    "promise": "尽快 近期 适时 抓紧 早日 逐步 研究",
    "actor": "有关部门 相关部门 予以",
    "lead": "部分 近期 有关",
    "nominal": "进行 予以 开展",
    "abbreviation": "双减 三资 一网统管 两不愁三保障 放管服 ETC",
    "condescension": "务必 不明真相 无理取闹 后果自负 配合 自行",
}


class Row(NamedTuple):
    """One labelled text."""

    half: str
    block: str
    families: frozenset[str]
    open: frozenset[str]
    text: str


class Counts(NamedTuple):
    """Texts of one family: rightly found, wrongly found, missed."""

    right: int
    wrong: int
    missed: int


def rows() -> list[Row]:
    """The labelled set."""
    found = []
    with (SETS / "plain.csv").open(encoding="utf-8", newline="") as file:
        for each in csv.DictReader(file):
            names = [name for name in each["families"].split(";") if name]
            sure = frozenset(name for name in names if not name.startswith("?"))
            unsure = frozenset(name[1:] for name in names if name.startswith("?"))
            found.append(Row(each["half"], each["block"], sure, unsure, each["text"]))
    return found


def by_rules(text: str, family: str) -> bool:
    """Whether our rules of a family speak up."""
    return bool(plain.check(text, families=[family]))


def by_words(text: str, family: str) -> bool:
    """Whether the bare list does; a long sentence is one with more than 40 signs between full stops."""
    if family == "length":
        return any(len(part) > 40 for part in text.split("。"))
    return any(word in text for word in BARE[family].split())


def counted(labelled: list[Row], family: str, look: Callable[[str, str], bool]) -> Counts:
    """Count one family over all texts whose label is sure; notices for what a notice must say first."""
    right = wrong = missed = 0
    for row in labelled:
        if family in row.open or (family == "lead" and row.block != "lead"):
            continue
        found, wanted = look(row.text, family), family in row.families
        right, wrong, missed = (
            right + (found and wanted),
            wrong + (found and not wanted),
            missed + (wanted and not found),
        )
    return Counts(right, wrong, missed)


def run() -> list[Result]:
    """Every figure: families on the held-out half, real texts, answers, speed."""
    labelled = rows()
    return [*_families(labelled), *_real_findings(), *_answers()]


def _families(labelled: list[Row]) -> Iterator[Result]:
    held = [row for row in labelled if row.half == "held"]
    note = f"{len(held)} texts held out of {len(labelled)}"
    for family in FAMILIES:
        ours, bare = counted(held, family, by_rules), counted(held, family, by_words)
        found, there = ours.right + ours.wrong, ours.right + ours.missed
        yield Result(
            f"{family}: precision", wilson(ours.right, found), wilson(bare.right, bare.right + bare.wrong), "",
            f"≥ {PRECISION}", ours.right >= PRECISION * found, note,
        )  # fmt: skip
        yield Result(
            f"{family}: recall", wilson(ours.right, there), wilson(bare.right, bare.right + bare.missed), "",
            f"≥ {RECALL}", ours.right >= RECALL * there, f"{there} to be found",
        )  # fmt: skip


def _table(data: Path, name: str) -> list[dict[str, str]]:
    with (data / REAL[name][0]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _real_findings() -> Iterator[Result]:
    """Findings in real texts that were read by eye: how many of those that still stand are right."""
    data = folder()
    if data is None:
        yield Result("findings in real texts", "not measured", note="WEITING_DATA names no folder")
        return
    texts: dict[tuple[str, str], str] = {}
    for name, (_path, key, column, _profile) in REAL.items():
        texts.update({(name, row[key]): row[column] for row in _table(data, name)})
    first, now = defaultdict(list), defaultdict(list)
    with (SETS / "plain_real.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            family, right = row["rule"].partition(".")[0], int(row["right"])
            first[family].append(right)
            seen = plain.check(texts[row["file"], row["id"]], REAL[row["file"]][3], families=[family])
            if any(each.rule == row["rule"] and each.start == int(row["start"]) for each in seen):
                now[family].append(right)
    for family, marks in sorted(first.items()):
        still = now[family]
        note = f"now {sum(still)} of {len(still)}: some that were wrong have been mended since"
        yield Result(
            f"{family}: precision in real texts, when first read",
            wilson(sum(marks), len(marks)),
            "",
            "",
            "",
            None,
            note,
        )
    yield from _real_sentences()
    posts = _table(data, "posts")
    chosen = random.Random(3).sample(posts, 1000)
    alarms = sum(
        len(plain.check(post["content"][:140], families=["lead", "condescension", "actor"]))
        for post in chosen
    )
    yield Result(
        "lead, condescension, actor in 20 real posts of 140 characters", f"{alarms / 50:.2f} findings"
    )


def _real_sentences() -> Iterator[Result]:
    """Sentences of real answers, drawn by chance and labelled before the rules were tried on them."""
    with (SETS / "plain_sentences.csv").open(encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    for family in ("officialese", "promise", "actor", "nominal", "abbreviation", "condescension"):
        first = [0, 0, 0]
        for row in labelled:
            names = row["families"].split(";")
            if f"?{family}" not in names:
                found, wanted = family in row["first"].split(";"), family in names
                first = [first[0] + (found and wanted), first[1] + (found and not wanted), first[2] + wanted]
        what = f"{family}: found in {len(labelled)} real sentences, when first tried"
        yield Result(what, wilson(first[0], first[2]), note=f"{first[0]} of {first[2]}, {first[1]} wrong")


def _answers() -> Iterator[Result]:
    data = folder()
    if data is None:
        yield Result("answers", "not measured", note="WEITING_DATA names no folder")
        return
    for name in ("replies", "letters"):
        table = [row for row in _table(data, name) if row["reply"].strip()]
        yield from _lacking(name, table)
        yield from _beside(name, table)
        yield from _copied(name, table)


def _question(row: dict[str, str]) -> str:
    return f"{row['title']}。{row['content']}"


def _lacking(name: str, table: list[dict[str, str]]) -> Iterator[Result]:
    lacks, needs = dict.fromkeys(ORDER, 0), dict.fromkeys(ORDER, 0)
    for row in table:
        for part in parts(row["reply"], _question(row)):
            needs[part.key] += part.is_needed
            lacks[part.key] += part.is_needed and not part.is_found
    for key in ORDER:
        yield Result(
            f"{name}: answers that lack “{key}”", wilson(lacks[key], needs[key]), note=f"{needs[key]} need it"
        )


def _beside(name: str, table: list[dict[str, str]]) -> Iterator[Result]:
    """An answer beside its own question, and beside that of another letter."""
    chosen = random.Random(1).sample(table, min(400, len(table)))
    others = chosen[1:] + chosen[:1]
    own = [relevance(_question(row), row["reply"]) for row in chosen]
    swapped = [relevance(_question(row), other["reply"]) for row, other in zip(chosen, others, strict=True)]
    above = sum((a.share > b.share) + 0.5 * (a.share == b.share) for a in own for b in swapped)
    bare = [_shared_characters(row, row["reply"]) for row in chosen]
    bare_swapped = [
        _shared_characters(row, other["reply"]) for row, other in zip(chosen, others, strict=True)
    ]
    bare_above = sum((a > b) + 0.5 * (a == b) for a in bare for b in bare_swapped)
    pairs = len(own) * len(swapped)
    yield Result(
        f"{name}: own answer told from another’s (AUC)", f"{above / pairs:.3f}", f"{bare_above / pairs:.3f}"
    )
    caught, flagged = sum(each.is_off_topic for each in swapped), sum(each.is_off_topic for each in own)
    yield Result(f"{name}: another’s answer is called beside the question", wilson(caught, len(swapped)))
    yield Result(
        f"{name}: its own answer is",
        wilson(flagged, len(own)),
        note="most of them only say where it was sent",
    )


def _shared_characters(row: dict[str, str], answer: str) -> float:
    """The plain baseline: characters in common."""
    one, other = set(_question(row)), set(answer)
    return len(one & other) / max(1, len(one | other))


def _copied(name: str, table: list[dict[str, str]]) -> Iterator[Result]:
    earlier, copies, same, began = Earlier(), 0, 0, time.process_time()
    seen: set[str] = set()
    for number, row in enumerate(table):
        copies += earlier.copied(row["reply"]) is not None
        same += row["reply"] in seen
        seen.add(row["reply"])
        earlier.add(str(number), row["reply"])
    each = (time.process_time() - began) / len(table)
    yield Result(
        f"{name}: answers that repeat an earlier one",
        wilson(copies, len(table)),
        f"{same / len(table):.3f} word for word",
        note=f"{ms(each)} an answer",
    )


def show_misses() -> None:
    """What the tuned half misses and takes wrongly; the held-out half is not shown."""
    for family in FAMILIES:
        for row in rows():
            if row.half != "tune" or family in row.open or (family == "lead" and row.block != "lead"):
                continue
            if by_rules(row.text, family) != (family in row.families):
                sys.stdout.write(f"{family}\t{'missed' if family in row.families else 'wrong'}\t{row.text}\n")


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.text.plain", description=__doc__)
    parser.add_argument("--misses", action="store_true")
    if parser.parse_args().misses:
        show_misses()
    else:
        sys.stdout.write(markdown(run()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
