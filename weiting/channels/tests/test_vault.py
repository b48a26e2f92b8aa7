"""Credentials are sealed with a key outside the database, for one account, and open only there."""

import pytest

from weiting.channels import vault
from weiting.core.errors import Unavailable


@pytest.fixture
def keys(settings):
    settings.CHANNEL_KEYS = ["the present key", "the earlier key"]
    return settings


def test_what_is_sealed_opens_for_its_own_account_only(keys):
    name, sealed = vault.seal({"token": "geheim"}, "one")
    assert b"geheim" not in sealed
    assert vault.open_sealed(name, sealed, "one") == {"token": "geheim"}
    with pytest.raises(Unavailable):
        vault.open_sealed(name, sealed, "two")


def test_a_changed_byte_opens_nothing(keys):
    name, sealed = vault.seal({"token": "geheim"}, "one")
    for at in (0, len(sealed) // 2, len(sealed) - 1):
        spoilt = bytearray(sealed)
        spoilt[at] ^= 1
        with pytest.raises(Unavailable):
            vault.open_sealed(name, bytes(spoilt), "one")


def test_after_a_change_of_keys_the_old_still_opens_and_the_new_seals(keys):
    name, sealed = vault.seal({"token": "geheim"}, "one")
    keys.CHANNEL_KEYS = ["a new key", "the present key"]
    assert vault.open_sealed(name, sealed, "one") == {"token": "geheim"}
    assert vault.seal({}, "one")[0] != name
    keys.CHANNEL_KEYS = ["a new key"]
    with pytest.raises(Unavailable):
        vault.open_sealed(name, sealed, "one")


def test_the_same_secrets_never_look_the_same(keys):
    assert vault.seal({"token": "x"}, "one")[1] != vault.seal({"token": "x"}, "one")[1]
