"""The command line finds its commands, and answers a slip with a sentence."""

import pytest
from django.http import HttpRequest, HttpResponse

from config import cli
from config.env import Env, read
from config.middleware import Proxy


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(verb.words in said and verb.help in said for verb in cli.VERBS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fly"], "There is no command “fly”."),
        (["import", "stones"], "It goes on: import units, import people, import posts, import archive."),
        (["import"], "It goes on: import units"),
    ],
)
def test_unknown_command_is_answered_with_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("verb", cli.VERBS, ids=lambda verb: verb.words)
def test_command_is_found_with_what_follows(verb: cli.Verb) -> None:
    assert cli.find([*verb.words.split(), "--dry-run"]) == (verb, ["--dry-run"])


@pytest.mark.parametrize(
    ("trusted", "address", "scheme"), [(False, "10.0.0.1", "http"), (True, "203.0.113.7", "https")]
)
def test_visitors_address_comes_from_a_trusted_proxy_only(
    settings: object, trusted: bool, address: str, scheme: str
) -> None:
    settings.TRUST_PROXY = trusted  # type: ignore[attr-defined]
    request = HttpRequest()
    request.META = {
        "REMOTE_ADDR": "10.0.0.1",
        "wsgi.url_scheme": "http",
        "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.7",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    Proxy(lambda request: HttpResponse())(request)
    assert (request.META["REMOTE_ADDR"], request.META["wsgi.url_scheme"]) == (address, scheme)
    assert "HTTP_X_FORWARDED_FOR" not in request.META


def test_settings_are_read_before_any_command() -> None:
    assert isinstance(read({}), Env)
