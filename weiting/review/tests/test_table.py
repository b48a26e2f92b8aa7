"""The page of the reference says what the code does."""

from pathlib import Path

from weiting.review.table import page

PAGE = Path(__file__).parents[3] / "docs/reference/review-policies.md"


def test_the_reference_page_is_the_one_made_from_the_presets() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
