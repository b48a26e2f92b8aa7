"""The environment is read strictly, and a mistake is answered with a sentence."""

import pytest

from config import env


def test_unknown_name_stops_the_start() -> None:
    with pytest.raises(env.SettingError, match="WEITING_PROT is not a setting"):
        env.read({"WEITING_PROT": "8000"})


def test_db(db) -> None:
    from django.contrib.contenttypes.models import ContentType

    assert ContentType.objects.count() >= 0
