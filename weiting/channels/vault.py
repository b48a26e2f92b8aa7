"""Seals the credentials of channels: AES-256-GCM, the key outside the database, bound to the account they are of."""

import os
from hashlib import sha256
from json import dumps, loads

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from weiting.core.errors import Unavailable

NONCE = 12


def _keys() -> dict[str, bytes]:
    """Return the keys by their name, the present one first; older ones open what they have sealed."""
    return dict(map(key_of, settings.CHANNEL_KEYS))


def seal(secrets: dict[str, str], of: str) -> tuple[str, bytes]:
    """Return the name of the key and the sealed secrets of the account `of`."""
    name, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE)
    said = dumps(secrets, sort_keys=True).encode()
    return name, nonce + AESGCM(key).encrypt(nonce, said, of.encode())


def open_sealed(name: str, sealed: bytes, of: str) -> dict[str, str]:
    """Return the secrets; raise Unavailable when the key is missing or they are another account's."""
    key = _keys().get(name)
    try:
        if key is None:
            raise InvalidTag
        return dict(loads(AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], of.encode())))
    except InvalidTag:
        raise Unavailable(
            _(
                "The credentials cannot be opened with the key this machine has. Restore its key, or authorise anew."
            ),
            code="vault",
        ) from None


def present() -> str:
    """Return the name of the key that seals now."""
    return next(iter(_keys()))


def is_known(name: str) -> bool:
    """Say whether this machine has a key of that name."""
    return name in _keys()


def key_of(text: str) -> tuple[str, bytes]:
    """Return a key made from a secret text of any length, and the name it is known by; the name tells nothing of it."""
    key = sha256(b"weiting.channels:" + text.encode()).digest()
    return sha256(b"name:" + key).hexdigest()[:12], key
