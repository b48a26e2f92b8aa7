"""Every page made from the code is checked, and the check finds each of them when it is stale."""

import re
import shutil
from pathlib import Path

import pytest

from config import env, reference

MAKEFILE = (env.ROOT / "Makefile").read_text("utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder that holds only the pages made from the code."""
    for name in reference.PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(env.ROOT / name, tmp_path / name)
    return tmp_path


def test_the_pages_made_from_the_code_are_fresh() -> None:
    assert [str(path) for path, _text in reference.stale()] == [], "python -m config.reference"


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_changed_by_hand_is_found_and_made_again(
    name: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = (copy / name).read_text("utf-8")
    (copy / name).write_text(fresh.replace("e", "é", 1), "utf-8")
    assert reference.main(["--check"], copy) == 1
    assert capsys.readouterr().out == f"{name} is stale: run python -m config.reference.\n"
    assert reference.main([], copy) == 0
    assert (copy / name).read_text("utf-8") == fresh
    assert reference.main(["--check"], copy) == 0


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_that_is_gone_is_found(name: str, copy: Path) -> None:
    (copy / name).unlink()
    assert reference.main(["--check"], copy) == 1


def test_make_check_and_make_docs_ask_for_all_of_them() -> None:
    check = re.search(r"(?m)^check:(?:.|\n\t)*", MAKEFILE)
    docs = re.search(r"(?m)^docs:(?:.|\n\t)*", MAKEFILE)
    assert "config.reference --check" in check.group()
    assert "config.reference\n" in docs.group() + "\n"


def test_a_page_that_says_it_is_made_from_the_code_is_in_the_list() -> None:
    """Somebody who adds a generated page must not forget the check."""
    made = re.compile(r"(?m)^(Made from|Written by)\b.*`")
    folder = env.ROOT / "docs"
    said = {
        p.relative_to(env.ROOT).as_posix() for p in folder.rglob("*.md") if made.search(p.read_text("utf-8"))
    }
    assert said - {"docs/reference/performance.md"} <= set(reference.PAGES)
