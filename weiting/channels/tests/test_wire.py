"""Calls go to the open net only, are bounded, and tell a failure that may have acted from one that cannot have."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from weiting.channels.ports import InDoubt, Refused, TryLater
from weiting.channels.wire import MOST_BYTES, Wire, is_public


@pytest.fixture
def serve() -> Iterator[Callable[[bytes], str]]:
    """Serve one raw answer on this machine; an empty one closes the line after the request."""
    open_: list[socket.socket] = []

    def start(answer: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        open_.append(server)

        def run() -> None:
            line, _from = server.accept()
            with line, suppress(OSError):
                line.recv(65536)
                line.sendall(answer)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/"

    yield start
    for each in open_:
        each.close()


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
