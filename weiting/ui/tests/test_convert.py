"""Pages in Traditional are what the library's own conversion gives, though it is taken in two steps."""

from opencc import OpenCC

from weiting.text.segment import terms
from weiting.ui.convert import to_traditional


def test_two_steps_give_what_one_gives() -> None:
    text = "\n".join(sorted(terms())) + "\n头发发展皇后后来里面公里准备台风干净干部计划面条方面"
    assert to_traditional(text) == OpenCC("s2tw").convert(text)
