"""What is read from other servers: never from inside the own network, never believed beyond its host."""

import json
from typing import Any

import pytest

from weiting.channels.wire import Reply, Wire
from weiting.fediverse import actions, remote
from weiting.fediverse.models import Peer
from weiting.fediverse.tests.make import Person, pem

pytestmark = pytest.mark.django_db
ANN = Person("ann")
JSON = {"content-type": "application/activity+json"}


class Told(Wire):
    """A client whose first answers are given; what follows really goes out, to public addresses only."""

    def __init__(self, *answers: Reply) -> None:
        super().__init__()
        self.answers, self.asked = list(answers), list[tuple[str, dict[str, str]]]()

    def call(self, method: str, url: str, **more: Any) -> Reply:
        self.asked.append((url, more.get("headers", {})))
        return self.answers.pop(0) if self.answers else super().call(method, url, **more)


@pytest.fixture(autouse=True)
def nothing_failed() -> None:
    remote._failed._found.clear()


def document(said: Any, headers: dict[str, str] | None = None) -> Reply:
    return Reply(200, said if isinstance(said, bytes) else json.dumps(said).encode(), headers or JSON)


def read(*answers: Reply) -> remote.Account:
    return remote.account_at(ANN.uri, Told(*answers), actions.hall_actor())


def test_an_account_is_read_by_a_signed_question():
    wire = Told(document(ANN.document()))
    found = remote.account_at(ANN.key_id, wire, actions.hall_actor())
    assert (found.uri, found.host, found.shared_inbox) == (ANN.uri, ANN.host, f"https://{ANN.host}/inbox")
    (url, headers), *_rest = wire.asked
    assert url == ANN.uri and "ld+json" in headers["Accept"] and "/ap/hall#main-key" in headers["Signature"]


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:9/x", "https://127.0.0.1:9/x", "https://10.0.0.1/x", "https://[::1]/x", "file:///etc/passwd",
     "https://169.254.169.254/latest", "https://localhost/x", "gopher://people.example/", ""],
)  # fmt: skip
def test_a_redirect_into_the_own_network_is_not_followed(location: str):
    with pytest.raises(remote.Unknown):
        read(Reply(302, b"", {"location": location}))


def test_it_is_not_led_on_and_on():
    wire = Told(*[Reply(302, b"", {"location": f"https://people.example/{n}"}) for n in range(9)])
    with pytest.raises(remote.Unknown):
        remote.account_at(ANN.uri, wire, actions.hall_actor())
    assert len(wire.asked) == remote.MOST_REDIRECTS + 1


def changed(**more: Any) -> dict[str, Any]:
    return {**ANN.document(), **more}


OTHER = "https://other.example/users/x"
WRONG = [
    changed(id=OTHER),
    changed(inbox=f"{OTHER}/inbox"),
    changed(inbox="http://127.0.0.1:5432/"),
    changed(endpoints={"sharedInbox": "https://victim.example/inbox"}),
    changed(publicKey={"id": f"{OTHER}#k", "owner": ANN.uri, "publicKeyPem": pem("ann")}),
    changed(publicKey={"id": ANN.key_id, "owner": OTHER, "publicKeyPem": pem("ann")}),
    changed(publicKey={"id": ANN.key_id, "owner": ANN.uri, "publicKeyPem": "no key"}),
    changed(publicKey=None),
    changed(id=None),
]


@pytest.mark.parametrize("said", WRONG, ids=range(len(WRONG)))
def test_an_account_that_names_another_host_or_has_no_key_is_not_known(said: dict[str, Any]):
    with pytest.raises(remote.Unknown):
        read(document(said))
    assert not Peer.objects.exists()


BAD = [
    document(b"[" * 500),
    document(b"x" * 300_000),
    document(b"nothing"),
    document(ANN.document(), {"content-type": "text/html"}),
    document(ANN.document(), {"server": "x"}),
    Reply(500, b"", JSON),
]


@pytest.mark.parametrize("answer", BAD, ids=range(len(BAD)))
def test_what_is_no_document_is_not_known(answer: Reply):
    with pytest.raises(remote.Unknown):
        read(answer)


def test_a_file_laid_down_on_a_host_does_not_speak_for_its_people():
    # Whoever may upload a file there writes a document of somebody else with a key of their own.
    forged = changed(publicKey={"id": ANN.key_id, "owner": ANN.uri, "publicKeyPem": pem("eve")})
    wire = Told(document(forged), document(ANN.document()))
    found = remote.account_at("https://people.example/files/1.json", wire, actions.hall_actor())
    assert found.public_key == pem("ann")
    assert [url for url, _headers in wire.asked] == ["https://people.example/files/1.json", ANN.uri]


def test_what_could_not_be_read_is_not_asked_for_again_at_once():
    wire = Told(Reply(500, b"", JSON), document(ANN.document()))
    for _n in range(3):
        with pytest.raises(remote.Unknown):
            remote.account_at(ANN.uri, wire, actions.hall_actor())
    assert len(wire.asked) == 1


def test_an_account_that_is_gone_is_known_to_be():
    with pytest.raises(remote.Unknown) as unknown:
        read(Reply(410, b"", {}))
    assert unknown.value.is_gone
