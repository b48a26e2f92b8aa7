"""Signatures of calls between servers: those we make (draft-cavage, RSA-SHA-256) and those we accept (that, and
RFC 9421 with rsa-v1_5-sha256). Pure: keys, headers and the time are handed in.

What Mastodon, Misskey and Takahē all take: keyId, algorithm="rsa-sha256" and headers="(request-target) host date digest
content-type", with the digest written SHA-256=…, signed anew for every try.
"""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256, sha512
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

# How far the clocks of two servers may be apart, a call's way included.
SKEW = timedelta(hours=1)
FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|(\d+))')
INPUT = re.compile(r"\s*([A-Za-z*][\w\-.*]*)=(\(([^()]*)\)((?:;[a-z]+=(?:\"[^\"]*\"|-?\d+))*))\s*")
PARAM = re.compile(r';([a-z]+)=(?:"([^"]*)"|(-?\d+))')
COMPONENT = re.compile(r'"(@?[a-z0-9\-]+)"')


class Unsigned(Exception):
    """A call cannot be believed; `reason` is counted."""

    def __init__(self, reason: str, why: str = "") -> None:
        super().__init__(why or reason)
        self.reason = reason


@dataclass(frozen=True)
class Asked:
    """A call as it came in, the names of its headers in small letters; `url` is our own whole address."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Signed:
    """What a call says of its signature: by which key, over what, and the signature."""

    key_id: str
    text: bytes
    signature: bytes

    def check(self, key: RSAPublicKey) -> None:
        """Raise Unsigned unless the signature was made with this key."""
        try:
            key.verify(self.signature, self.text, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise Unsigned("forged", "the signature does not fit") from None


def digest_of(body: bytes) -> str:
    """Return the Digest header of a body."""
    return f"SHA-256={b64encode(sha256(body).digest()).decode()}"


def sign(
    method: str, url: str, key_id: str, key: RSAPrivateKey, at: datetime, body: bytes | None = None,
    *, digest: str = "", mime: str = "application/activity+json",
) -> dict[str, str]:  # fmt: skip
    """Return the headers of a signed call. `digest` may be handed in where one body goes to many."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"host": parts.netloc, "date": format_datetime(at.astimezone(UTC), usegmt=True)}
    if body is not None:
        headers |= {"digest": digest or digest_of(body), "content-type": mime}
    said = [f"(request-target): {method.lower()} {target}", *(f"{k}: {v}" for k, v in headers.items())]
    signature = b64encode(key.sign("\n".join(said).encode(), PKCS1v15(), hashes.SHA256())).decode()
    names = " ".join(["(request-target)", *headers])
    written = f'keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{signature}"'
    return {**{name.title(): value for name, value in headers.items()}, "Signature": written}


def read(asked: Asked, now: datetime) -> Signed:
    """Read who says to have signed a call, and over what; raise Unsigned where that would not bind it to us, now and
    this body."""
    if "signature-input" in asked.headers:
        return _read_9421(asked, now)
    return _read_cavage(asked, now)


# --- draft-cavage -------------------------------------------------------------------------------------------


def _read_cavage(asked: Asked, now: datetime) -> Signed:
    said = {k: quoted or bare for k, quoted, bare in FIELD.findall(asked.headers.get("signature", ""))}
    if not _is_name(said.get("keyId", "")) or not said.get("signature"):
        raise Unsigned("unsigned", "there is no signature")
    if said.get("algorithm", "hs2019").lower() not in {"rsa-sha256", "hs2019"}:
        raise Unsigned("unsigned", "only rsa-sha256 is taken")
    names = said.get("headers", "date").lower().split()
    needed = {"(request-target)", "host"} | ({"digest"} if asked.method == "POST" else set())
    if not needed <= set(names) or not {"date", "(created)"} & set(names):
        raise Unsigned("unsigned", "the signature leaves out what it has to bind")
    if asked.headers.get("host", "") != urlsplit(asked.url).netloc:
        raise Unsigned("forged", "it is addressed to another host")
    if asked.method == "POST":
        _check_digest(asked)
    _check_cavage_time(names, said, asked, now)
    lines = [f"{name}: {_cavage_value(name, asked, said)}" for name in names]
    return Signed(said["keyId"], "\n".join(lines).encode(), _decoded(said["signature"]))


def _check_cavage_time(names: list[str], said: Mapping[str, str], asked: Asked, now: datetime) -> None:
    if "(created)" in names:
        _check_time(_stamp(said.get("created", "")), now)
    if "(expires)" in names and _stamp(said.get("expires", "")) < now:
        raise Unsigned("late", "the signature has run out")
    if "date" in names:
        _check_time(_date(asked.headers.get("date", "")), now)


def _cavage_value(name: str, asked: Asked, said: Mapping[str, str]) -> str:
    if name == "(request-target)":
        parts = urlsplit(asked.url)
        return f"{asked.method.lower()} {parts.path}" + (f"?{parts.query}" if parts.query else "")
    if name in {"(created)", "(expires)"}:
        return said.get(name.strip("()"), "")
    if name not in asked.headers:
        raise Unsigned("unsigned", f"the header {name} is signed but missing")
    return asked.headers[name].strip()


def _check_digest(asked: Asked) -> None:
    given = dict(
        part.strip().partition("=")[::2] for part in asked.headers.get("digest", "").split(",") if part
    )
    wanted = next((value for name, value in given.items() if name.lower() == "sha-256"), "")
    if not hmac.compare_digest(_decoded(wanted), sha256(asked.body).digest()):
        raise Unsigned("forged", "the digest is not of this body")


# --- RFC 9421 -----------------------------------------------------------------------------------------------


def _read_9421(asked: Asked, now: datetime) -> Signed:
    found = INPUT.fullmatch(asked.headers["signature-input"])
    if found is None:
        raise Unsigned("unsigned", "one signature is taken, as RFC 9421 writes it")
    label, written, inner, rest = found.groups()
    params = {name: quoted or bare for name, quoted, bare in PARAM.findall(rest)}
    names = COMPONENT.findall(inner)
    if params.get("alg", "rsa-v1_5-sha256") != "rsa-v1_5-sha256" or not _is_name(params.get("keyid", "")):
        raise Unsigned("unsigned", "only rsa-v1_5-sha256 with a keyid is taken")
    where = {"@target-uri"} <= set(names) or {"@authority", "@path"} <= set(names)
    if not where or "@method" not in names or (asked.method == "POST" and "content-digest" not in names):
        raise Unsigned("unsigned", "the signature leaves out what it has to bind")
    if len(names) != len(inner.split()):
        raise Unsigned("unsigned", "components with parameters are not taken")
    _check_time(_stamp(params.get("created", "")), now)
    if "expires" in params and _stamp(params["expires"]) < now:
        raise Unsigned("late", "the signature has run out")
    if "content-digest" in names:
        _check_content_digest(asked)
    lines = [f'"{name}": {_component(name, asked)}' for name in names]
    signature = re.search(
        rf"(?:^|[,\s]){re.escape(label)}=:([A-Za-z0-9+/=]+):", asked.headers.get("signature", "")
    )
    if signature is None:
        raise Unsigned("unsigned", "there is no signature of that name")
    text = "\n".join([*lines, f'"@signature-params": {written}'])
    return Signed(params["keyid"], text.encode(), _decoded(signature[1]))


def _component(name: str, asked: Asked) -> str:
    parts = urlsplit(asked.url)
    own = {
        "@method": asked.method, "@target-uri": asked.url, "@authority": parts.netloc.lower(), "@scheme": parts.scheme,
        "@path": parts.path or "/", "@query": f"?{parts.query}", "@request-target": parts.path or "/",
    }  # fmt: skip
    if name in own:
        return own[name]
    if name.startswith("@") or name not in asked.headers:
        raise Unsigned("unsigned", f"{name} is signed but missing")
    return " ".join(asked.headers[name].split())


def _check_content_digest(asked: Asked) -> None:
    given = dict(
        re.findall(r"(sha-256|sha-512)=:([A-Za-z0-9+/=]+):", asked.headers.get("content-digest", ""))
    )
    made = {"sha-256": sha256, "sha-512": sha512}
    if not given or not all(
        hmac.compare_digest(_decoded(value), made[name](asked.body).digest()) for name, value in given.items()
    ):
        raise Unsigned("forged", "the digest is not of this body")


# --- both ---------------------------------------------------------------------------------------------------


def _is_name(key_id: str) -> bool:
    return 0 < len(key_id) <= 500 and key_id.isascii() and key_id.isprintable()


def _check_time(at: datetime, now: datetime) -> None:
    if abs(now - at) > SKEW:
        raise Unsigned("late", f"it was signed at {at:%Y-%m-%d %H:%M:%S} UTC")


def _stamp(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise Unsigned("unsigned", "it does not say when it was signed") from None


def _date(text: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        raise Unsigned("unsigned", "it does not say when it was signed") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""
