"""A fake server of the fediverse, as strict as the strictest of Mastodon, Misskey and Takahē: people who follow, read,
answer and like. Knows nothing of the product; its signatures are its own.

Rules after docs.joinmastodon.org/spec (activitypub, security, webfinger), misskey-dev/misskey ActivityPubServerService
and jointakahe/takahe core/signatures.py.
"""

import json
import re
import threading
import time
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from weiting.sandbox.state import Call, Channel, Reply, Said

JSON = "application/activity+json"
ACCEPT = f'{JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
# Takahē's window, and Misskey's limit of a body.
SKEW, MOST = 60, 64 * 1024
HANDLE = re.compile(r"\w([\w.-]*\w)?", re.ASCII)
PATH = re.compile(r"/users/([\w.-]+)(/inbox)?")


class Wrong(Exception):
    """A call is not believed."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass
class Person:
    """Somebody on this server: their key, and whom they follow (None until that is accepted)."""

    name: str
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    follows: dict[str, bool] = field(default_factory=dict)
    is_gone: bool = False

    def __getstate__(self) -> dict[str, Any]:
        """Return what is kept over a restart, the key as text."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {**vars(self), "key": pem}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Take over what was kept."""
        vars(self).update(kept, key=serialization.load_pem_private_key(kept["key"], None))


def _get(url: str) -> dict[str, Any]:
    request = urllib.request.Request(url, headers={"Accept": ACCEPT})  # noqa: S310 - a fake on the own machine
    with urllib.request.urlopen(request, timeout=3) as answer:  # noqa: S310 - as above
        found: dict[str, Any] = json.load(answer)
    return found


class Fediverse(Channel):
    """One server with as many people as are asked for; `base` is learned from the first call."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.people: dict[str, Person] = {}
        self.actors: dict[str, dict[str, Any]] = {}
        self.seen: dict[str, Said] = {}
        self.refused: list[str] = []
        self.sent: list[tuple[str, int]] = []
        self.base, self.skew, self.shares = "", 0, True
        self._count = 0
        self._lock = threading.Lock()

    # --- what is asked ----------------------------------------------------------------------------------

    def answer(self, call: Call) -> Reply:
        """Answer one call: an actor, WebFinger, an inbox."""
        self.base = f"http://{call.headers.get('host', '')}/{self.name}"
        if call.path == "/.well-known/webfinger":
            return self._webfinger(call.asked.get("resource", ""))
        found = PATH.fullmatch(call.path)
        if call.path == "/inbox" or (found is not None and found[2]):
            return self._inbox(call, found[1] if found else "")
        if found is None:
            return 404, {}
        person = self._person(found[1])
        return (410, {}) if person.is_gone else (200, self._actor(person), {"content-type": JSON})

    def _person(self, name: str) -> Person:
        with self._lock:
            return (
                self.people.setdefault(name, Person(name)) if name not in self.people else self.people[name]
            )

    def _uri(self, name: str) -> str:
        return f"{self.base}/users/{name}"

    def _actor(self, person: Person) -> dict[str, Any]:
        uri = self._uri(person.name)
        public = person.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        made: dict[str, Any] = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri,
            "type": "Person",
            "preferredUsername": person.name,
            "inbox": f"{uri}/inbox",
            "outbox": f"{uri}/outbox",
            "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": public.decode()},
        }
        if self.shares:
            made["endpoints"] = {"sharedInbox": f"{self.base}/inbox"}
        return made

    def _webfinger(self, asked: str) -> Reply:
        name, _at, host = asked.removeprefix("acct:").rpartition("@")
        if host != urlsplit(self.base).netloc or not HANDLE.fullmatch(name):
            return 404, {}
        self._person(name)
        link = {"rel": "self", "type": JSON, "href": self._uri(name)}
        return 200, {"subject": asked, "links": [link]}, {"content-type": "application/jrd+json"}

    # --- what comes in ----------------------------------------------------------------------------------

    def _inbox(self, call: Call, name: str) -> Reply:
        if name and self._person(name).is_gone:
            return 410, {}
        try:
            activity = self._believed(call)
        except Wrong as error:
            self.refused.append(error.why)
            return error.status, {"error": error.why}
        self._take(activity, call.now)
        return 202, {}

    def _believed(self, call: Call) -> dict[str, Any]:
        """Return an activity that is surely its actor's."""
        if len(call.body) > MOST:
            raise Wrong(413, "the body is larger than 64 KB")
        activity = call.json() or {}
        said = dict(re.findall(r'(\w+)="([^"]*)"', call.headers.get("signature", "")))
        if said.get("algorithm") not in {"rsa-sha256", "hs2019"}:
            raise Wrong(401, "the signature names no algorithm")
        names = said.get("headers", "").split()
        if not {"(request-target)", "host", "date", "digest"} <= set(names):
            raise Wrong(401, "host, date and digest have to be signed")
        if f"SHA-256={b64encode(sha256(call.body).digest()).decode()}" != call.headers.get("digest"):
            raise Wrong(401, "the digest does not fit")
        if abs(parsedate_to_datetime(call.headers["date"]).timestamp() - call.now) > SKEW:
            raise Wrong(401, "the date is more than a minute off")
        target = f"post /{self.name}{call.path}"
        lines = [f"{n}: {target if n == '(request-target)' else call.headers.get(n, '')}" for n in names]
        actor = str(activity.get("actor", ""))
        if said.get("keyId", "").partition("#")[0] != actor:
            raise Wrong(401, "the key is not the actor's")
        self._check("\n".join(lines).encode(), b64decode(said.get("signature", "")), said["keyId"], actor)
        self._check_owner(activity, actor)
        return activity

    def _check_owner(self, activity: dict[str, Any], actor: str) -> None:
        thing = activity.get("object")
        if isinstance(thing, dict) and activity["type"] in {"Create", "Update"}:
            owner = thing.get("attributedTo", thing.get("id"))
            if owner != actor or urlsplit(thing["id"]).netloc != urlsplit(actor).netloc:
                raise Wrong(401, "the object is somebody else's")

    def _check(self, text: bytes, signature: bytes, key_id: str, actor: str) -> None:
        """Check a signature; one that does not fit is tried with the key read anew."""
        for is_new in (False, True):
            if is_new or actor not in self.actors:
                try:
                    self.actors[actor] = self._read(actor)
                except (OSError, ValueError, KeyError) as error:
                    raise Wrong(401, f"the actor cannot be read: {error}") from error
            key = self.actors[actor]["publicKey"]
            public = serialization.load_pem_public_key(key["publicKeyPem"].encode())
            assert isinstance(public, RSAPublicKey)
            try:
                if key["id"] == key_id:
                    public.verify(signature, text, PKCS1v15(), hashes.SHA256())
                    return
            except InvalidSignature:
                continue
        raise Wrong(401, "the signature does not fit")

    def _read(self, actor: str) -> dict[str, Any]:
        """Read an actor, and look whether WebFinger leads back to it, as Mastodon does."""
        found = _get(actor)
        if found["id"] != actor or not HANDLE.fullmatch(found["preferredUsername"]):
            raise ValueError("it calls itself something else")
        for each in ("inbox", "outbox", "publicKey"):
            found[each]
        host = urlsplit(actor)
        asked = quote(f"acct:{found['preferredUsername']}@{host.netloc}")
        links = _get(f"{host.scheme}://{host.netloc}/.well-known/webfinger?resource={asked}")["links"]
        if not any(each["rel"] == "self" and each.get("href") == actor for each in links):
            raise ValueError("WebFinger leads elsewhere")
        return found

    def _take(self, activity: dict[str, Any], now: float) -> None:
        kind, thing = activity["type"], activity.get("object")
        actor = str(activity["actor"])
        name = actor.rpartition("/")[2]
        if kind == "Accept" and isinstance(thing, dict):
            person = self.people.get(str(thing.get("actor", "")).rpartition("/")[2])
            if person is not None and actor in person.follows:
                person.follows[actor] = True
        elif kind == "Create" and isinstance(thing, dict) and thing["id"] not in self.seen:
            self._show(name, thing, now, "answered" if thing.get("inReplyTo") else "published")
        elif kind == "Update" and isinstance(thing, dict) and thing["id"] in self.seen:
            first = self.seen[thing["id"]]
            self._show(name, thing, now, "corrected", of=first.id)
        elif kind == "Delete":
            uri = thing["id"] if isinstance(thing, dict) else str(thing)
            if uri in self.seen and self.seen[uri].event != "withdrawn":
                first = self.seen[uri]
                self.seen[uri] = self.say(name, first.text, now, key=uri, of=first.id, event="withdrawn")
        elif kind == "Announce" and activity["id"] not in self.seen:
            self.seen[activity["id"]] = self.say(name, str(thing), now, key=activity["id"], event="relayed")

    def _show(self, name: str, thing: dict[str, Any], now: float, event: str, of: int | None = None) -> None:
        text = unescape(re.sub(r"<[^>]+>", " ", thing["content"]))
        made = self.say(
            name, " ".join(text.split()), now, key=thing["id"], event=event, of=of,
            pictures=len(thing.get("attachment", ())),
        )  # fmt: skip
        self.seen[thing["id"]] = made

    # --- what its people do -----------------------------------------------------------------------------

    def switch(self, name: str, said: dict[str, Any], now: float) -> None:
        """Have somebody follow, unfollow, write, like or leave; set the clock wrong, or inboxes apart."""
        if name == "skew":
            self.skew = int(said["seconds"])
        elif name == "shares":
            self.shares = bool(said["on"])
        elif name == "gone":
            self._person(said["as"]).is_gone = True
        elif name in {"follow", "unfollow", "write", "like", "announce", "flag"}:
            self.base = self.base or str(said.get("base", ""))
            # In a thread: whoever is called asks back for the key before answering.
            threading.Thread(target=self._act, args=(name, said), daemon=True).start()

    def _act(self, name: str, said: dict[str, Any]) -> None:
        person = self._person(said["as"])
        with self._lock:
            self._count += 1
            number = self._count
        actor = said["actor"]
        follow = {"id": f"{self._uri(person.name)}#follows/{sha256(actor.encode()).hexdigest()[:12]}",
                  "type": "Follow", "actor": self._uri(person.name), "object": actor}  # fmt: skip
        uri = f"{self._uri(person.name)}/activities/{number}"
        if name == "follow":
            person.follows.setdefault(actor, False)
            made = follow
        elif name == "unfollow":
            person.follows.pop(actor, None)
            made = {"id": uri, "type": "Undo", "object": follow}
        elif name == "write":
            made = {"id": uri, "type": "Create", "object": self._note(person, said, number)}
        else:
            kind = {"like": "Like", "announce": "Announce", "flag": "Flag"}[name]
            made = {
                "id": uri,
                "type": kind,
                "object": said.get("object", actor),
                "content": said.get("text", ""),
            }
        self.post(person, actor, {"@context": ACCEPT, **made, "actor": self._uri(person.name)})

    def _note(self, person: Person, said: dict[str, Any], number: int) -> dict[str, Any]:
        return {
            "id": f"{self._uri(person.name)}/notes/{number}",
            "type": "Note",
            "attributedTo": self._uri(person.name),
            "content": said.get("html") or f"<p>{said['text']}</p>",
            "inReplyTo": said.get("reply_to"),
            "to": [PUBLIC],
            "cc": [said["actor"]],
            "tag": [{"type": "Mention", "href": said["actor"], "name": "@"}],
        }

    def post(self, person: Person, actor: str, activity: dict[str, Any]) -> None:
        """Send an activity to an actor's inbox, signed."""
        try:
            inbox = _get(actor)["inbox"]
        except (OSError, ValueError, KeyError):
            self.sent.append((activity["type"], 0))
            return
        body, parts = json.dumps(activity).encode(), urlsplit(inbox)
        headers = {
            "host": parts.netloc,
            "date": formatdate(time.time() + self.skew, usegmt=True),
            "digest": f"SHA-256={b64encode(sha256(body).digest()).decode()}",
        }
        lines = [f"(request-target): post {parts.path}", *(f"{n}: {v}" for n, v in headers.items())]
        signature = b64encode(
            person.key.sign("\n".join(lines).encode(), PKCS1v15(), hashes.SHA256())
        ).decode()
        headers |= {
            "content-type": JSON,
            "signature": f'keyId="{self._uri(person.name)}#main-key",algorithm="rsa-sha256",'
            f'headers="(request-target) host date digest",signature="{signature}"',
        }
        request = urllib.request.Request(inbox, body, headers)  # noqa: S310 - a fake on the own machine
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
                self.sent.append((activity["type"], answer.status))
        except urllib.error.HTTPError as error:
            self.sent.append((activity["type"], error.code))
        except OSError:
            self.sent.append((activity["type"], 0))

    def forget(self) -> None:
        """Forget everybody and everything."""
        super().forget()
        for each in (self.people, self.actors, self.seen, self.refused, self.sent):
            each.clear()
        self.skew, self.shares = 0, True

    def as_dict(self) -> dict[str, Any]:
        """Return what its people follow and saw, and what was refused."""
        follows = {name: dict(person.follows) for name, person in self.people.items()}
        return {
            **super().as_dict(), "follows": follows, "refused": list(self.refused), "sent": list(self.sent)
        }  # fmt: skip
