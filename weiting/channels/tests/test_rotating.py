"""A new key: what the earlier one sealed is sealed anew, part by part, and nothing is lost on the way."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from weiting.audit.models import Entry
from weiting.channels import actions, sealed, vault
from weiting.channels.models import Connection, Heard
from weiting.channels.opening import settings_of
from weiting.review.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings):
    settings.CHANNEL_KEYS = ["the first key"]
    return settings


def connections(many: int) -> list[Connection]:
    unit, made = make.city().water, []
    for n in range(many):
        each = Connection(unit=unit, kind="webhook", name=f"{n}", base="https://x.example")
        each.sealed_with, each.sealed = vault.seal({"secret": f"geheim-{n}"}, each.public_id)
        each.save()
        made.append(each)
    return made


def test_everything_is_sealed_anew_and_still_says_the_same(keys):
    made = connections(7)
    heard = Heard(connection=made[0], kind="message", key="k" * 64)
    heard.sealed_with, heard.sealed = vault.seal({"said": "x"}, heard.sealed_for)
    heard.save()
    keys.CHANNEL_KEYS = ["a new key", "the first key"]
    assert actions.rotate_keys(part=3) == actions.Rotated(8, 0)
    keys.CHANNEL_KEYS = ["a new key"]
    for n, each in enumerate(Connection.objects.order_by("pk")):
        assert settings_of(each).secrets == {"secret": f"geheim-{n}"}
    assert actions.rotate_keys() == actions.Rotated(0, 0)
    assert Entry.objects.filter(verb="channels.keys.rotate").count() == 1


def test_what_was_broken_off_goes_on_where_it_stood(keys, monkeypatch):
    connections(5)
    keys.CHANNEL_KEYS = ["a new key", "the first key"]
    real, calls = vault.seal, []

    def breaks(*given):
        calls.append(given)
        if len(calls) > 3:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(vault, "seal", breaks)
    with pytest.raises(KeyboardInterrupt):
        actions.rotate_keys(part=2)
    assert {each.key: each.rows for each in sealed.uses() if each.table == "channels.Connection"}[
        vault.present()
    ] == 2
    monkeypatch.setattr(vault, "seal", real)
    assert actions.rotate_keys(part=2) == actions.Rotated(3, 0)


def test_what_no_key_opens_is_counted_and_left_as_it_is(keys, capsys):
    made = connections(2)
    keys.CHANNEL_KEYS = ["a new key"]
    before = bytes(Connection.objects.get(pk=made[0].pk).sealed)
    assert actions.rotate_keys() == actions.Rotated(0, 2)
    assert bytes(Connection.objects.get(pk=made[0].pk).sealed) == before
    with pytest.raises(CommandError):
        call_command("rotate_keys", "--check")


def test_the_command_says_which_keys_are_in_use_and_when_the_old_one_may_go(keys, capsys):
    connections(2)
    keys.CHANNEL_KEYS = ["a new key", "the first key"]
    call_command("rotate_keys", "--check")
    said = capsys.readouterr().out
    assert "channels.Connection: 2" in said and "earlier key" in said and "may be emptied" not in said
    call_command("rotate_keys")
    said = capsys.readouterr().out
    assert "2 sealed anew" in said and "may be emptied" in said and "geheim" not in said


def test_every_sealed_table_says_what_its_seal_is_bound_to():
    assert {each._meta.label for each in sealed.tables()} >= {"channels.Connection", "channels.Heard"}
    assert [
        each for each in sealed.tables() if not isinstance(getattr(each, "sealed_for", None), property)
    ] == []
    assert all(apps.get_model(each._meta.label) is each for each in sealed.tables())
