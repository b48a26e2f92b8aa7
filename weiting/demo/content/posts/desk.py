"""What is not yet public: drafts, texts under review, returned, scheduled and held ones, and one sent out first."""

from __future__ import annotations

from weiting.demo.content.posts.reading import read

TEXT = """
"""

DESK = tuple(read(TEXT, "desk"))
