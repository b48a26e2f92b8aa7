"""Makers for tests of the fediverse: an account of ours, and people elsewhere who can sign."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.conf import settings
from django.test import Client

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.fediverse import actions, signing
from weiting.fediverse.models import Actor, Peer
from weiting.units.models import Unit

JSON = "application/activity+json"
HOST = "people.example"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """Return somebody's key; the same name has the same key in a run."""
    return rsa.generate_private_key(65537, 2048)


def pem(name: str) -> str:
    """Return somebody's public key."""
    return (
        key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@dataclass(frozen=True)
class Person:
    """Somebody on another server."""

    name: str
    host: str = HOST

    @property
    def uri(self) -> str:
        return f"https://{self.host}/users/{self.name}"

    @property
    def key_id(self) -> str:
        return f"{self.uri}#main-key"

    def known(self) -> "Person":
        """Have the hall know them already, so that no question goes out."""
        Peer.objects.update_or_create(
            uri=self.uri,
            defaults={
                "host": self.host,
                "inbox": f"{self.uri}/inbox",
                "shared_inbox": f"https://{self.host}/inbox",
                "key_id": self.key_id,
                "public_key": pem(self.name),
            },
        )
        return self

    def document(self) -> dict[str, Any]:
        """Return their actor as their server shows it."""
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "inbox": f"{self.uri}/inbox",
            "endpoints": {"sharedInbox": f"https://{self.host}/inbox"},
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": pem(self.name)},
        }

    def says(self, kind: str, thing: Any, name: str = "1", **more: Any) -> dict[str, Any]:
        """Return an activity of theirs."""
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"https://{self.host}/activities/{self.name}/{kind}/{name}",
            "type": kind,
            "actor": self.uri,
            "object": thing,
            **more,
        }

    def writes(self, text: str, name: str = "1", **more: Any) -> dict[str, Any]:
        """Return a public text of theirs."""
        return {
            "id": f"https://{self.host}/notes/{self.name}/{name}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": text,
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            **more,
        }

    def sends(
        self,
        client: Client,
        activity: Any,
        to: str = "/ap/inbox",
        *,
        at: datetime | None = None,
        by: str = "",
        key_id: str = "",
    ) -> int:
        """Send an activity to an inbox, signed; return how it was answered."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        url = f"{settings.PUBLIC_URL}{to}"
        headers = signing.sign(
            "POST", url, key_id or self.key_id, key(by or self.name), at or clock.now(), body
        )
        return post(client, to, body, headers)


def post(client: Client, to: str, body: bytes, headers: dict[str, str]) -> int:
    """Call an inbox with headers as given."""
    kept = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return client.post(to, body, content_type=JSON, headers=kept).status_code


def connection(unit: Unit, **values: str) -> Connection:
    """Make a live connection of a unit to the fediverse."""
    return Connection.objects.create(
        unit=unit,
        kind="activitypub",
        name=f"联邦宇宙 {unit.slug}",
        state="live",
        base=settings.PUBLIC_URL,
        values=values,
    )


def account(unit: Unit, **values: str) -> Actor:
    """Open an account of a unit."""
    return actions.actor_of(connection(unit, **values))


def signature(name: str, text: str) -> str:
    """Return somebody's signature of a text."""
    return b64encode(key(name).sign(text.encode(), PKCS1v15(), hashes.SHA256())).decode()
