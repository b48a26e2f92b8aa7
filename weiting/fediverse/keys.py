"""Keys of our accounts: made, sealed with the key of the machine, and opened where something is signed."""

from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from weiting.channels import vault
from weiting.fediverse.models import Actor

BITS = 2048
# Of others: what can be checked in a moment.
MOST_BITS = 8192


def make() -> tuple[str, str]:
    """Return a new key: the public part and the private one, both as PEM."""
    key = rsa.generate_private_key(65537, BITS)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return public.decode(), private.decode()


def seal_name(handle: str, number: int) -> str:
    """Return what the seal of a private key is bound to."""
    return f"fediverse:{handle}:{number}"


def private_of(actor: Actor) -> RSAPrivateKey:
    """Return an account's private key; raise Unavailable when the key to it is missing on this machine."""
    return _opened(actor.sealed_with, bytes(actor.sealed), seal_name(actor.handle, actor.key_number))


@lru_cache(maxsize=512)
def _opened(name: str, sealed: bytes, of: str) -> RSAPrivateKey:
    text = vault.open_sealed(name, sealed, of)["key"]
    found = serialization.load_pem_private_key(text.encode(), None)
    if not isinstance(found, RSAPrivateKey):
        raise TypeError("only RSA keys are made here")
    return found


@lru_cache(maxsize=2048)
def public_from(pem: str) -> RSAPublicKey:
    """Return somebody's public key; raise ValueError when it is none we can check with."""
    found = serialization.load_pem_public_key(pem.encode())
    if not isinstance(found, RSAPublicKey) or not 1024 <= found.key_size <= MOST_BITS:
        raise ValueError("only RSA keys of 1024 to 8192 bits are taken")
    return found
