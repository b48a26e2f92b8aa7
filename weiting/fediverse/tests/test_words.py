"""Every reason for which a call is refused is put in words."""

import re
from pathlib import Path

from weiting.fediverse import words

HERE = Path(__file__).parents[1]
SAID = re.compile(r'(?:Answer\(\d+|Unsigned\(|Unreadable\(\d+|count_refused\()[, ]*"(\w+)"')


def test_no_reason_is_left_without_words() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in HERE.rglob("*.py") if "tests" not in path.parts
    )
    found = set(SAID.findall(source))
    assert {"forged", "blocked", "no_json", "large"} <= found
    assert found <= set(words.REASONS)
    assert words.reason("nobody knows") == "nobody knows"
