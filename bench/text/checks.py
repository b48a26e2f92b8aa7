"""How long all checks of a text take together, as the composer and the command line ask for them.

`python -m bench.text.checks`; the baseline looks for each known wrong form as a substring and does nothing else.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable

from bench.table import Result, markdown, ms, share
from bench.text.common import folder
from bench.text.slips_set import texts
from weiting.text import personal, plain, slips
from weiting.text.checks import RULES, check_text

MOST, SIZE, DRAWN, SEED = 0.030, 2_000, 60, 5


def pages() -> tuple[list[str], str]:
    """Texts of 2,000 characters put together of real official posts and replies, and what they are."""
    data = folder()
    if data is None:
        items, what = [rule.good for rule in RULES], "examples of the rules: WEITING_DATA names no folder"
    else:
        items = [item.text for source in (0, 1) for item in texts(data, "held out", source)]
        what = "real posts and replies"
    chance, made = random.Random(SEED), []
    for _n in range(DRAWN):
        text = ""
        while len(text) < SIZE:
            text += chance.choice(items) + "\n"
        made.append(text[:SIZE])
    return made, what


def spent(look: Callable[[str], object], made: list[str]) -> list[float]:
    """The processor time of each text, in seconds, once all is loaded."""
    look(made[0])
    times = []
    for text in made:
        began = time.process_time()
        look(text)
        times.append(time.process_time() - began)
    return times


def between(times: list[float]) -> str:
    """The median with its 95 % bootstrap interval."""
    chance = random.Random(SEED)
    drawn = [statistics.median(chance.choices(times, k=len(times))) for _n in range(1_000)]
    return f"{ms(statistics.median(times))} [{ms(share(drawn, 0.025))}, {ms(share(drawn, 0.975))}]"


def run() -> list[Result]:
    """Every figure."""
    made, what = pages()
    forms = [each.words for each in slips.default().wrong]
    bare = spent(lambda text: [text.find(form) for form in forms], made)
    whole = spent(check_text, made)
    parts: dict[str, Callable[[str], object]] = {
        "plain words": plain.check, "personal data": personal.check, "misprints": slips.check, "facts": plain.facts,
    }  # fmt: skip
    note = f"{DRAWN} texts of {what}; p95 {ms(share(whole, 0.95))}"
    ratio = f"{statistics.median(whole) / statistics.median(bare):.0f} ×"
    found = [Result("all checks of 2,000 characters, processor time, p50", between(whole),
                    f"substrings {between(bare)}", ratio, f"≤ {ms(MOST)}",
                    statistics.median(whole) <= MOST, note)]  # fmt: skip
    return found + [
        Result(f"of it {name}", between(spent(look, made)), "", "", "") for name, look in parts.items()
    ]


if __name__ == "__main__":
    sys.stdout.write(markdown(run()) + "\n")
