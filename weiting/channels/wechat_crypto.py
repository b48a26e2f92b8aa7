"""Signatures, encryption and XML of WeChat's call-backs; all from outside is bounded, and refused by ValueError.

Signature: SHA-1 over the sorted parts. Encryption: AES-256-CBC, the key's first 16 bytes as the vector, PKCS#7 to
blocks of 32; inside stand 16 random bytes, the length, the message and the app's id. Source: developers.weixin.qq.com,
Message_encryption_and_decryption_instructions.
"""

import hmac
import os
import struct
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from hashlib import sha1
from typing import Any
from xml.parsers import expat  # noqa: S407 - declarations of types and entities are refused below

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK, SALT, KEY_LETTERS = 32, 16, 43
MOST_BYTES, MOST_DEPTH, MOST_ELEMENTS = 64 * 1024, 8, 500


def signature(*parts: str) -> str:
    """Return the signature over these parts, in whatever order they come."""
    return sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's own way


def is_signed(given: str, *parts: str) -> bool:
    """Say whether a signature is the one over these parts, without telling by the time it takes."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode("utf-8", "replace"))


def _cipher(aes_key: str) -> Cipher[CBC]:
    if len(aes_key) != KEY_LETTERS:
        raise ValueError("the key has 43 letters")
    key = b64decode(aes_key + "=")
    return Cipher(AES(key), CBC(key[:16]))


def encrypted(message: bytes, aes_key: str, appid: str, salt: bytes | None = None) -> str:
    """Return a message encrypted for an app; raises ValueError for a key that is none."""
    plain = (salt or os.urandom(SALT)) + struct.pack(">I", len(message)) + message + appid.encode()
    missing = BLOCK - len(plain) % BLOCK
    work = _cipher(aes_key).encryptor()
    return b64encode(work.update(plain + bytes([missing]) * missing) + work.finalize()).decode()


def decrypted(text: str, aes_key: str, appid: str) -> bytes:
    """Return the message inside; raises ValueError when it is spoilt or another app's."""
    try:
        sealed = b64decode(text, validate=True)
    except NoBase64 as error:
        raise ValueError("not in base64") from error
    work = _cipher(aes_key).decryptor()
    plain = work.update(sealed) + work.finalize()
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise ValueError("not padded as it should be")
    plain = plain[SALT:-pad]
    (size,) = struct.unpack(">I", plain[:4]) if len(plain) >= 4 else (0,)
    message, owner = plain[4 : 4 + size], plain[4 + size :]
    if len(message) != size or not hmac.compare_digest(owner, appid.encode()):
        raise ValueError("another app's")
    return message


def answered(message: bytes, token: str, aes_key: str, appid: str, *, at: str, nonce: str) -> bytes:
    """Return a passive answer as the platform wants it when messages are encrypted."""
    sealed = encrypted(message, aes_key, appid)
    signed = signature(token, at, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{at}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()


def read_xml(body: bytes) -> dict[str, Any]:
    """Return the elements below the first one by their names; raises ValueError for what is no plain, small XML.

    An element is its text or a mapping of its children; one that comes several times is a list.
    """
    if len(body) > MOST_BYTES:
        raise ValueError("too large")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.hear
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise ValueError("no XML") from error
    found = next(iter(reader.found.values()), None)
    if not isinstance(found, dict):
        raise ValueError("nothing in it")
    return found


class _Reader:
    """Puts elements together as they end, and refuses what is too deep, too many or declared."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self._stack: list[tuple[dict[str, Any], list[str]]] = [(self.found, [])]
        self._seen = 0

    def start(self, _name: str, _given: Any) -> None:
        self._seen += 1
        if len(self._stack) > MOST_DEPTH or self._seen > MOST_ELEMENTS:
            raise ValueError("too deep, or too many elements")
        self._stack.append(({}, []))

    def end(self, name: str) -> None:
        children, text = self._stack.pop()
        above, value = self._stack[-1][0], children or "".join(text).strip()
        if name not in above:
            above[name] = value
        elif isinstance(above[name], list):
            above[name].append(value)
        else:
            above[name] = [above[name], value]

    def hear(self, text: str) -> None:
        self._stack[-1][1].append(text)

    def refuse(self, *_details: Any) -> None:
        raise ValueError("types and entities are not declared here")
