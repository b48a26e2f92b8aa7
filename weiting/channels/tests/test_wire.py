"""Calls go to the open net only, are bounded, and tell a failure that may have acted from one that cannot have."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from weiting.channels import wire as wire_module
from weiting.channels.adapters.webhook import Webhook
from weiting.channels.ports import InDoubt, Refused, Rendered, Settings, TryLater
from weiting.channels.wire import MOST_BYTES, Wire, is_public


@contextmanager
def speaking(say: Callable[[socket.socket, bytes], None]) -> Iterator[Callable[[bytes], str]]:
    """Serve one call on this machine for each address that is made: read it, say something to it, hang up."""
    open_: list[socket.socket] = []

    def start(answer: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        open_.append(server)

        def run() -> None:
            # One that nobody called is closed while it waits.
            with suppress(OSError):
                line, _from = server.accept()
                with line:
                    line.recv(65536)
                    say(line, answer)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/"

    yield start
    for each in open_:
        each.close()


@pytest.fixture
def serve() -> Iterator[Callable[[bytes], str]]:
    """Serve one raw answer; an empty one closes the line after the request."""
    with speaking(socket.socket.sendall) as start:
        yield start


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "fe80::1%eth0"],
)  # fmt: skip
def test_an_address_of_the_own_network_is_not_public(address):
    assert not is_public([address])
    assert not is_public(["93.184.216.34", address]), "one bad address among good ones"


def test_an_address_of_the_open_net_is_public():
    assert is_public(["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/", "http://2130706433/", "http://0x7f.1/",
     "ftp://example.org/", "file:///etc/passwd", "http://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_a_call_into_the_own_network_is_refused_before_anything_is_sent(url):
    with Wire() as wire, pytest.raises(Refused) as refused:
        wire.call("POST", url, acts=True)
    assert refused.value.code == "bad_address"


def test_a_redirect_is_an_answer_and_is_not_followed(serve):
    there = serve(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")
    with Wire(allow_private=True) as wire:
        assert wire.call("POST", there, acts=True).status == 302


def test_a_host_that_is_not_reached_can_be_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Wire(allow_private=True) as wire, pytest.raises(TryLater):
        wire.call("POST", f"http://127.0.0.1:{port}/", acts=True)


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
     b"\x00\x01\x02", b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"],
)  # fmt: skip
def test_a_call_that_acts_and_breaks_under_way_is_in_doubt_and_a_question_is_only_asked_again(answer, serve):
    with Wire(allow_private=True) as wire:
        with pytest.raises(InDoubt):
            wire.call("POST", serve(answer), acts=True)
        with pytest.raises(TryLater):
            wire.call("GET", serve(answer), acts=False)


def test_a_silent_server_is_given_up_and_leaves_a_doubt(serve):
    server = socket.create_server(("127.0.0.1", 0))
    with Wire(allow_private=True, answer=0.3) as wire, pytest.raises(InDoubt):
        wire.call("POST", f"http://127.0.0.1:{server.getsockname()[1]}/", acts=True)
    server.close()


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (b"7", 7.0),
        (b"999999999999", 3600.0),
        (b"soon", 60.0),
        (b"Wed, 21 Oct 2015 07:28:00 GMT", 1.0),
        (b"-5", 60.0),
    ],
)
def test_a_channel_that_asks_for_patience_gets_it_within_bounds(said, wait, serve):
    there = serve(b"HTTP/1.1 429 Slow\r\nRetry-After: " + said + b"\r\nContent-Length: 0\r\n\r\n")
    with Wire(allow_private=True) as wire, pytest.raises(TryLater) as later:
        wire.call("POST", there, acts=True)
    assert later.value.after == wait


def test_an_answer_without_end_is_cut_off(serve):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MOST_BYTES * 4)
    with Wire(allow_private=True) as wire, pytest.raises(InDoubt):
        wire.call("POST", serve(head + b"x" * (MOST_BYTES * 4)), acts=True)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 200_000, b"NaN", b"<html>"])
def test_a_body_that_is_no_json_is_read_without_a_fault(body, serve):
    there = serve(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    with Wire(allow_private=True) as wire:
        wire.call("GET", there, acts=False).json()


@pytest.mark.parametrize("mark", ["\\u0000", "\\ud83d", "\\uDE00"])
def test_what_no_table_keeps_is_taken_out_of_an_answer_and_the_rest_stays(mark, serve):
    body = b'{"id": "a%sb", "%s": [{"c": "\\ud83d\\ude00"}, 5]}' % (mark.encode(), mark.encode())
    there = serve(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    with Wire(allow_private=True) as wire:
        said = wire.call("GET", there, acts=False).json()
    assert said == {"id": "a\ufffdb", "\ufffd": [{"c": "😀"}, 5]}


@pytest.fixture
def drip() -> Iterator[Callable[[bytes, bytes], str]]:
    """Serve the beginning of an answer, and then a little of it again and again without end."""
    over = threading.Event()
    rest: dict[bytes, bytes] = {}

    def say(line: socket.socket, first: bytes) -> None:
        line.sendall(first)
        while not over.wait(0.02):
            line.sendall(rest[first])

    with speaking(say) as start:

        def dripping(first: bytes, then: bytes) -> str:
            rest[first] = then
            return start(first)

        yield dripping
        over.set()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"x"),
        # Blocks of a packed body that hold nothing.
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 999999\r\n\r\n"
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
            b"\x00\x00\x00\xff\xff",
        ),
    ],
    ids=["headers", "interim", "body", "empty blocks"],
)
def test_an_answer_given_byte_by_byte_holds_nobody_longer_than_a_whole_answer_may_take(first, then, drip):
    with Wire(allow_private=True, answer=1.0, whole=0.3) as wire, pytest.raises(InDoubt):
        wire.call("POST", drip(first, then), acts=True)


def test_a_body_packed_otherwise_than_it_says_is_an_answer_that_broke(serve):
    there = serve(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbad!")
    with Wire(allow_private=True) as wire, pytest.raises(InDoubt):
        wire.call("POST", there, acts=True)


def test_a_number_without_end_in_an_answer_is_read_without_a_fault(serve):
    body = b'{"id": ' + b"9" * 5000 + b"}"
    there = serve(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    with Wire(allow_private=True) as wire:
        assert wire.call("GET", there, acts=False).json() == {}


def test_what_cannot_be_a_header_is_refused_unsent_and_never_repeated_in_words(serve):
    there = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    for token in ("geheim\r\nX-Other: 1", "geheim\x00", "geheim\n", "密码"):
        with Wire(allow_private=True) as wire, pytest.raises(Refused) as refused:
            wire.call("POST", there, acts=True, headers={"Authorization": f"Bearer {token}"})
        assert "geheim" not in str(refused.value) and "密码" not in str(refused.value)
        assert refused.value.action == "settings"


def test_what_one_account_was_given_to_remember_is_not_sent_for_another(named):
    server = named(b"HTTP/1.1 200 OK\r\nSet-Cookie: session=first; Path=/\r\nContent-Length: 2\r\n\r\n{}")
    with Wire(allow_private=True) as wire:
        wire.call("GET", f"http://127.0.0.1:{server.port}/", acts=False)
        wire.call("GET", f"http://127.0.0.1:{server.port}/", acts=False)
    assert len(server.heard) == 2 and not any(b"cookie" in each.lower() for each in server.heard)


class Named:
    """A server that keeps lines open, and knows what came over which of them."""

    def __init__(self, answer: bytes) -> None:
        self.lines = 0
        self.heard: list[bytes] = []
        self._answer, self._server = answer, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _from = self._server.accept()
                self.lines += 1
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            while said := line.recv(65536):
                self.heard.append(said)
                line.sendall(self._answer)

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def named() -> Iterator[Callable[[bytes], Named]]:
    made: list[Named] = []

    def start(answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") -> Named:
        made.append(Named(answer))
        return made[-1]

    yield start
    for each in made:
        each.close()


def test_two_names_at_one_address_do_not_share_a_line(named, monkeypatch):
    # Over TLS a line is the word of one name only: what is meant for the other must not go over it.
    server = named()
    at = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
    monkeypatch.setattr(wire_module.socket, "getaddrinfo", lambda *_a, **_k: at)
    monkeypatch.setattr(wire_module, "is_public", lambda _found: True)
    with Wire() as wire:
        for name in ("one.example", "one.example", "two.example"):
            wire.call("GET", f"http://{name}:{server.port}/", acts=False)
    assert server.lines == 2
    assert [b"one.example" in each for each in server.heard] == [True, True, False]


def test_a_name_that_answers_otherwise_the_second_time_is_not_asked_a_second_time(named, monkeypatch):
    server = named()
    answers = iter(["127.0.0.1", "169.254.169.254"])
    asked: list[str] = []

    def look_up(host, port, *_a, **_k):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(wire_module, "is_public", lambda found: list(found) == ["127.0.0.1"])
    real = socket.getaddrinfo
    monkeypatch.setattr(
        wire_module.socket,
        "getaddrinfo",
        lambda host, *a, **k: look_up(host, *a, **k) if host == "once.example" else real(host, *a, **k),
    )
    with Wire() as wire:
        assert wire.call("GET", f"http://once.example:{server.port}/", acts=False).status == 200
    assert asked == ["once.example"] and server.lines == 1


@pytest.mark.parametrize(
    "url",
    ["http://user:pass@127.0.0.1:9/", "http://0/", "http://017700000001/", "http://[64:ff9b::7f00:1]/",
     "http://[fec0::1]/", "http://[::127.0.0.1]/", "http://127.1:80/"],
)  # fmt: skip
def test_no_way_of_writing_an_address_leads_into_the_own_network(url):
    with Wire() as wire, pytest.raises(Refused) as refused:
        wire.call("POST", url, acts=True)
    assert refused.value.code == "bad_address"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 No\r\nContent-Length: 4\r\n\r\na\x00bc",
        b'HTTP/1.1 200 OK\r\nContent-Length: 43\r\n\r\n{"id": "a\\u0000bc", "url": "javascript:x()"}',
        b'HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n{"id": ["a\\ud800bc"], "url": [{}]}',
    ],
)
def test_whatever_a_receiver_answers_can_be_written_down_and_leads_nowhere(answer, serve):
    with Wire(allow_private=True) as wire:
        hook = Webhook(Settings(serve(answer), {}, {"secret": "s"}), wire)
        try:
            given = hook.send(Rendered("x", {"title": "x"}), "key")
            said = given.external_id + given.url
            assert not given.url
        except Refused as refused:
            said = refused.why
    assert "\x00" not in said and said.encode()
