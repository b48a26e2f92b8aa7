"""The five parts an answer must hold: what was found, by which rule, what is done, what next, whom to call."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weiting.text.plain.scope import FILL
from weiting.text.sentences import Sentence, sentences

PARTS_FILE = Path(__file__).parent / "data" / "parts.txt"
# What is added where a part is missing: it stands behind the last sentence.
FILL_INS = {
    "found": "我们" + FILL % "几月几日" + "查看了现场，情况是" + FILL % "查到了什么" + "。",
    "rule": "依据是" + FILL % "法规名称和条款" + "。",
    "done": "我们已经" + FILL % "做了什么" + "。",
    "next": "接下来，" + FILL % "谁在几月几日前做什么" + "。",
    "contact": "您有疑问，请打" + FILL % "电话" + "，找" + FILL % "哪个科室" + "。",
}
ORDER = tuple(FILL_INS)


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    """One expression for each section of the data file."""
    found: dict[str, list[str]] = {}
    own: list[str] = []
    for line in PARTS_FILE.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[[a-z_]+\]", line):
            own = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            own.append(line)
    return {key: re.compile("|".join(rows)) for key, rows in found.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """One required part: where it stands in the answer, or that it is missing or not needed."""

    key: str
    spans: tuple[tuple[int, int], ...]
    is_needed: bool = True

    @property
    def is_found(self) -> bool:
        """Whether the answer holds it."""
        return bool(self.spans)


def only_asks(question: str) -> bool:
    """Whether the question wants to know something and nothing done."""
    return bool(_signs()["asks"].search(question)) and not _signs()["wants"].search(question)


def parts(answer: str, question: str = "") -> tuple[Part, ...]:
    """The five parts in their order; to a question that only asks, nothing needs to be done."""
    found: dict[str, list[tuple[int, int]]] = {key: [] for key in ORDER}
    for sentence in sentences(answer):
        for key in _in_sentence(sentence):
            found[key].append((sentence.start, sentence.end))
    is_asking = only_asks(question)
    return tuple(Part(key, tuple(found[key]), not (key == "done" and is_asking)) for key in ORDER)


def _in_sentence(sentence: Sentence) -> list[str]:
    """Which parts a sentence holds; its opening phrases count for nothing."""
    signs = _signs()
    clauses = [clause for clause in re.split("[，,；;：:。！!]", sentence.text) if clause.strip()]
    bare = "，".join(clause for clause in clauses if not signs["opening"].search(clause))
    held = ["found"] if len(bare) >= 6 and signs["found"].search(bare) else []
    if signs["rule"].search(sentence.text.replace("《问政", "")):
        held.append("rule")
    if any(signs["done"].search(each) and not signs["only_looked"].match(each) for each in bare.split("，")):
        held.append("done")
    if signs["next"].search(bare):
        held.append("next")
    if (signs["phone"].search(sentence.text) and signs["call"].search(sentence.text)) or signs["go"].search(
        bare
    ):
        held.append("contact")
    return held
