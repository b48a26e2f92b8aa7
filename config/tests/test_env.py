"""The environment is read strictly, and a mistake is answered with a sentence."""

from dataclasses import fields
from pathlib import Path

import pytest

from config import env


def test_unknown_name_stops_the_start() -> None:
    with pytest.raises(env.SettingError, match="WEITING_PROT is not a setting"):
        env.read({"WEITING_PROT": "8000"})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "eighty", "write a whole number"),
        ("PORT", "70000", "from 1 to 65535"),
        ("WEITING_DEBUG", "perhaps", "write yes or no"),
        ("WEITING_LOG_LEVEL", "loud", "write DEBUG"),
        ("WEITING_SECRET_KEY_FILE", "/no/such/file", "cannot be read"),
    ],
)
def test_wrong_value_is_answered_with_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(env.SettingError, match=sentence):
        env.read({name: value})


def test_nothing_set_means_the_defaults() -> None:
    found = env.read({})
    assert (found.port, found.host, found.debug, found.is_embedded) == (8000, "127.0.0.1", False, True)


def test_empty_value_means_the_default() -> None:
    assert env.read({"PORT": ""}).port == 8000


def test_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://a:b@c/d\n")
    assert env.read({"DATABASE_URL_FILE": str(tmp_path / "url")}).database_url == "postgresql://a:b@c/d"


def test_value_and_file_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(env.SettingError, match="keep one of them"):
        env.read({"PORT": "1", "PORT_FILE": str(tmp_path)})


def test_child_process_reads_the_same_settings() -> None:
    found = env.read({"PORT": "9000", "WEITING_ALLOWED_HOSTS": "a.cn, b.cn", "WEITING_DEMO": "no"})
    assert env.read(env.as_environ(found)) == found


def test_secret_is_made_once_and_kept_closed(tmp_path: Path) -> None:
    found = env.read({"WEITING_VAR": str(tmp_path)})
    first = env.kept_secret(found, "key")
    assert len(first) >= 32
    assert env.kept_secret(found, "key") == first
    assert (tmp_path / "secrets" / "key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["key"]


def test_cut_secret_is_refused(tmp_path: Path) -> None:
    found = env.read({"WEITING_VAR": str(tmp_path)})
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").write_text("short")
    with pytest.raises(env.SettingError, match="cut short"):
        env.kept_secret(found, "key")


@pytest.mark.parametrize("path", env.PAGES, ids=lambda path: path.name)
def test_pages_made_from_the_settings_are_fresh(path: Path) -> None:
    assert path.read_text("utf-8") == env.PAGES[path]()


def test_every_setting_is_explained() -> None:
    page = env.settings_page()
    for item in fields(env.Env):
        assert item.metadata["help"].endswith(".")
        assert f"`{item.metadata['name']}`" in page
