"""What the tests of media may ask for: a folder of their own for stored files, and a person."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from weiting.media.pipeline import Prepared, prepare


@pytest.fixture(autouse=True)
def stored(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for stored files, and another for uploads on their way."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return tmp_path / "media"


@pytest.fixture
def files(stored: Path) -> Callable[[], list[Path]]:
    """List every stored or half-stored file."""
    return lambda: sorted(each for each in stored.rglob("*") if each.is_file())


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., Prepared]:
    """Prepare bytes as if they had been uploaded."""

    def prepare_bytes(content: bytes, name: str = "", **options: Any) -> Prepared:
        path = tmp_path / "sent"
        path.write_bytes(content)
        with path.open("rb") as file:
            return prepare(file, name=name, **options)

    return prepare_bytes


@pytest.fixture
def editor(db: None) -> Any:
    """A person who may sign in."""
    return get_user_model().objects.create(username="editor", name="林晓", is_active=True)
