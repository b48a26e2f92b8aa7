"""The shells stand without a database: nothing around them may need one here."""

import pytest


@pytest.fixture(autouse=True)
def _no_banner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether this is the demo."""
    monkeypatch.setattr("config.context.is_demo", lambda: False)
