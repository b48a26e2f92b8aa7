"""Signatures: the shared secret of a connection both ways, and the hall's own key over what anybody may read."""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from weiting.audit.chain import canonical
from weiting.core import clock

# Seconds by which the clock of the other side may be off; older calls may be somebody's recording.
WINDOW = 300
_HEADER = re.compile(r"t=(\d{1,12}),sha256=([0-9a-f]{64})", re.ASCII)


def mac(secret: str, at: int, body: bytes) -> str:
    """Return HMAC-SHA-256 over the time, a dot and the body, as every webhook call carries it."""
    return hmac.new(secret.encode(), b"%d." % at + body, sha256).hexdigest()


def header(secret: str, body: bytes, at: int | None = None) -> str:
    """Return the value of Weiting-Signature for a body."""
    at = int(clock.now().timestamp()) if at is None else at
    return f"t={at},sha256={mac(secret, at, body)}"


def is_signed(value: str, secret: str, body: bytes) -> bool:
    """Say whether a signature is right and not older than the window allows."""
    found = _HEADER.fullmatch(value.strip())
    if found is None:
        return False
    at = int(found[1])
    is_fresh = abs(clock.now().timestamp() - at) <= WINDOW
    return hmac.compare_digest(found[2], mac(secret, at, body)) and is_fresh


def seal(document: Mapping[str, Any], key_id: str, public: str, private: Ed25519PrivateKey) -> dict[str, Any]:
    """Return a document with the hall's key and its signature over the canonical form of all the rest."""
    said = {**document, "key": {"algorithm": "Ed25519", "id": key_id, "public": public}}
    return {**said, "signature": private.sign(canonical(said)).hex()}
