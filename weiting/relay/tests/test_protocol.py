"""A unit's own system joins: it reads calls, answers under the shared secret, and what it claims is looked at."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client

from weiting.audit.chain import canonical
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.publishing.tests.fakes import connect
from weiting.relay import actions, signing
from weiting.relay.coverage import cover
from weiting.relay.models import Ask
from weiting.relay.pushing import push
from weiting.relay.tests import make as relays

pytestmark = pytest.mark.django_db
SECRET = "sandbox"


class Page(BaseHTTPRequestHandler):
    """A page of a unit's own site, and its system's address."""

    said = b""
    status = 200
    heard: list[tuple[dict[str, str], bytes]] = []  # noqa: RUF012 - one server, one test

    def do_GET(self) -> None:
        self.send_response(Page.status)
        self.end_headers()
        self.wfile.write(Page.said)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Page.heard.append((dict(self.headers), body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def outside() -> Iterator[str]:
    Page.said, Page.status, Page.heard = b"", 200, []
    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def s(freeze):
    made = relays.scene(freeze)
    made.connection = connect(made.units[0], "webhook", "http://127.0.0.1:1")
    return made


def get(path, connection, at=None, secret=SECRET):
    signature = signing.header(secret, path.encode(), at)
    return Client().get(
        path, headers={"Weiting-Connection": connection.public_id, "Weiting-Signature": signature}
    )


def post(path, connection, said, at=None, secret=SECRET):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Client().post(
        path,
        body,
        content_type="application/json",
        headers={
            "Weiting-Connection": connection.public_id,
            "Weiting-Signature": signing.header(secret, body, at),
        },
    )


def accepting(s, call, url="https://jiedao.example.org/1", **more):
    return {
        "key": "k-1", "answer": "accept", "url": url, "at": clock.now().isoformat(),
        "hash": s.post.live.content_hash, "line": "转给大家。", **more,
    }  # fmt: skip


def test_a_system_reads_the_call_under_the_halls_own_signature(s):
    call = s.open()
    answer = get("/relay/v1/calls", s.connection)
    said = json.loads(answer.content)
    assert answer.status_code == 200 and said["calls"][0]["source"]["hash"] == s.post.live.content_hash
    body = {name: value for name, value in said.items() if name != "signature"}
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["key"]["public"]))
    public.verify(bytes.fromhex(said["signature"]), canonical(body))
    one = json.loads(get(f"/relay/v1/calls/{call.public_id}", s.connection).content)
    assert (one["reason"], one["unit"]["name"]) == ("明天最热，户外干活的人都要看到。", "第1街道")


def test_a_wrong_an_old_and_a_strangers_signature_are_told_nothing(s):
    call = s.open()
    now = int(clock.now().timestamp())
    where = f"/relay/v1/calls/{call.public_id}/answer"
    said = accepting(s, call)
    refused = [
        get("/relay/v1/calls", s.connection, secret="guess"),
        get("/relay/v1/calls", s.connection, at=now - 301),
        get("/relay/v1/calls", s.connection, at=now + 301),
        Client().get("/relay/v1/calls"),
        post(where, s.connection, said, secret="guess"),
        post(where, s.connection, said, at=now - 3600),
    ]  # fmt: skip
    assert {each.status_code for each in refused} == {404}
    s.ask(call).refresh_from_db()
    assert s.ask(call).state == "asked"


def test_another_units_call_does_not_exist_for_a_system(s):
    call = s.open(units=s.units[1:])
    assert get(f"/relay/v1/calls/{call.public_id}", s.connection).status_code == 404
    where = f"/relay/v1/calls/{call.public_id}/answer"
    assert post(where, s.connection, accepting(s, call)).status_code == 404


def test_an_answer_is_claimed_until_it_is_seen_and_then_counts(s, outside):
    call = s.open()
    where = f"/relay/v1/calls/{call.public_id}/answer"
    assert post(where, s.connection, accepting(s, call, f"{outside}/1")).status_code == 200
    assert str(cover(call).rows[0].answer) == "claimed"
    with Wire(allow_private=True) as wire:
        Page.said = "别的内容".encode()
        assert actions.look_at_claims(wire) == 0
        assert (str(cover(call).rows[0].answer), s.ask(call).unseen_why) == ("claimed", "not_there")
        Page.said = f'<a href="https://x/p/{s.post.public_id}/">原文</a>'.encode()
        assert actions.look_at_claims(wire, s.ask(call).pk) == 1
        row = cover(call).rows[0]
        assert (str(row.answer), row.url) == ("passed_on", f"{outside}/1")
        Page.status = 404
        assert actions.look_at_claims(wire, s.ask(call).pk) == 0
    assert str(cover(call).rows[0].answer) == "claimed"


def test_addresses_inside_the_own_network_are_not_opened(s, outside):
    call = s.open()
    post(f"/relay/v1/calls/{call.public_id}/answer", s.connection, accepting(s, call, f"{outside}/1"))
    Page.said = relays.TITLE.encode()
    with Wire() as wire:
        assert actions.look_at_claims(wire) == 0
    assert s.ask(call).unseen_why == "refused"


def test_the_same_answer_again_changes_nothing_and_another_under_its_key_is_refused(s):
    call = s.open()
    where = f"/relay/v1/calls/{call.public_id}/answer"
    said = accepting(s, call)
    first, again = post(where, s.connection, said), post(where, s.connection, said)
    assert (first.status_code, again.status_code) == (200, 200)
    assert post(where, s.connection, {**said, "url": "https://jiedao.example.org/2"}).status_code == 409
    assert post(where, s.connection, {**said, "key": "k-2"}).status_code == 409
    assert Ask.objects.filter(by_system=True).count() == 1


def test_an_answer_overheard_is_none_to_another_call(s, freeze):
    other = relays.published(s.city, freeze, relays._approved(s.city))
    first, second = s.open(), s.open(post=relays.fresh(other))
    said = {"key": "d", "answer": "decline", "reason": "没有合适的栏目。"}
    assert post(f"/relay/v1/calls/{first.public_id}/answer", s.connection, said).status_code == 200
    # Signed by the unit's own system, and said again within minutes by somebody who stood between.
    again = post(f"/relay/v1/calls/{second.public_id}/answer", s.connection, said)
    assert (again.status_code, again.json()["code"]) == (409, "key_reused")
    assert s.ask(second).state == "asked"


def test_a_system_declines_with_a_reason(s):
    call = s.open()
    where = f"/relay/v1/calls/{call.public_id}/answer"
    assert post(where, s.connection, {"key": "d", "answer": "decline", "reason": " "}).status_code == 422
    assert (
        post(where, s.connection, {"key": "d", "answer": "decline", "reason": "没有合适的栏目。"}).status_code
        == 200
    )
    assert (s.ask(call).state, s.ask(call).reason) == ("declined", "没有合适的栏目。")


BAD = [
    b"[]", b"{", b"[" * 9000, b'{"key": "k"}', b'{"key": "k", "answer": "maybe"}', b'{"key": 1, "answer": "accept"}',
    b'{"key": "k", "answer": "accept", "url": "javascript:1", "at": "2026-07-20T09:00:00+08:00", "hash": ""}',
    b'{"key": "k", "answer": "accept", "url": "https://a.example", "at": "yesterday", "hash": ""}',
    b'{"key": "k", "answer": "accept", "url": "https://a.example", "at": "2036-07-20T09:00:00+08:00", "hash": ""}',
    b'{"key": "k", "answer": "accept", "url": "https://a.example", "at": "2026-07-20T09:00:30+08:00", "hash": "0"}',
    b'{"key": "k\\u0000", "answer": "decline", "reason": "x"}', b" " * 20_000,
    b'{"key": "k", "answer": "decline", "reason": "\\ud800"}',
    b'{"key": "\\udc00", "answer": "decline", "reason": "x"}', b"\xff\xfe", b"null", b"NaN", b'"k"',
    b'{"key": "k", "answer": "decline", "reason": "x", "n": ' + b"1" * 5000 + b"}",
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_bad_answers_are_refused_with_a_reason_and_leave_no_trace(s, body):
    call = s.open()
    answer = post(f"/relay/v1/calls/{call.public_id}/answer", s.connection, body)
    assert answer.status_code in {409, 422} and answer.json()["title"]
    assert s.ask(call).state == "asked"


def test_systems_are_told_of_a_call_under_their_signature(s, outside):
    s.connection.base = f"{outside}/hook"
    s.connection.save()
    call = s.open()
    with Wire(allow_private=True) as wire:
        assert push(call.pk, wire) == 1
    headers, body = Page.heard[0]
    assert signing.is_signed(headers["Weiting-Signature"], SECRET, body)
    said = json.loads(body)
    assert (said["event"], said["call"], headers["Weiting-Key"]) == (
        "relay_asked", call.public_id, f"relay-{s.ask(call).public_id}",
    )  # fmt: skip
    assert said["answer_to"].endswith(f"/relay/v1/calls/{call.public_id}/answer")


def test_a_deaf_system_does_no_harm(s):
    call = s.open()
    with Wire(allow_private=True) as wire:
        assert push(call.pk, wire) == 0


@pytest.mark.parametrize("path", ["/relay/v1/calls", "/relay/v1/keys"])
def test_only_the_declared_method_is_taken(s, path):
    assert Client().post(path).status_code == 405
