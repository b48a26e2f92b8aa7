"""Mail addresses: read as typed, sealed for keeping, known again by a keyed digest, masked for showing."""

import re
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from weiting.channels import vault
from weiting.core.errors import Invalid

LONGEST = 254
UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
_is_address = EmailValidator()


def read(typed: str) -> str:
    """Return an address as mail is sent to it; raise Invalid when it is none."""
    # Wide letters of a Chinese keyboard, and signs without width that were copied along.
    found = UNSEEN.sub("", normalize("NFKC", typed)).strip().replace("。", ".")
    name, _at, domain = found.rpartition("@")
    try:
        # A host with a Chinese name is called by the one that machines know.
        found = f"{name}@{domain.encode('idna').decode().lower()}"
        if len(found) > LONGEST or not found.isascii() or not found.isprintable():
            raise ValidationError("")
        _is_address(found)
    except (ValidationError, UnicodeError):
        sentence = _("Write your e-mail address as in name@example.com.")
        raise Invalid(sentence, fields={"address": [sentence]}) from None
    return found


def digest(address: str) -> str:
    """Return what an address is known by: of no use to anybody without the hall's secret key."""
    return salted_hmac("weiting.subscriptions", address.lower(), algorithm="sha256").hexdigest()


def seal(address: str, of: str) -> tuple[str, bytes]:
    """Return the name of the key and the sealed address of a reader."""
    return vault.seal({"to": address}, of)


def open_sealed(name: str, sealed: bytes | memoryview, of: str) -> str:
    """Return a reader's address; raise Unavailable when the key is missing on this machine."""
    return vault.open_sealed(name, bytes(sealed), of)["to"]


def masked(address: str) -> str:
    """Return an address so that its owner knows it and nobody else: “l***@example.com”."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"
