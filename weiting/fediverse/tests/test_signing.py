"""Our signatures are accepted by an independent library, and its by us; what does not bind the call is refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apsig.draft import Signer, Verifier  # type: ignore[import-untyped]
from apsig.rfc9421 import RFC9421Signer  # type: ignore[import-untyped]

from weiting.fediverse import signing
from weiting.fediverse.signing import Asked, Unsigned
from weiting.fediverse.tests.make import key, pem

URL = "https://yunxi.example/ap/inbox"
KEY = "https://people.example/users/ann#main-key"
BODY = json.dumps({"type": "Follow"}).encode()


def now() -> datetime:
    # The other library reads the machine's clock.
    return datetime.now(UTC)  # noqa: TID251


def asked(headers: dict[str, Any], body: bytes = BODY, method: str = "POST", url: str = URL) -> Asked:
    return Asked(method, url, {name.lower(): str(value) for name, value in headers.items()}, body)


def check(given: Asked, name: str = "ann", at: datetime | None = None) -> str:
    signed = signing.read(given, at or now())
    signed.check(key(name).public_key())
    return signed.key_id


def ours(**more: Any) -> dict[str, str]:
    return signing.sign("POST", URL, KEY, key("ann"), more.pop("at", now()), BODY, **more)


def test_apsig_accepts_what_we_sign():
    headers = ours()
    found = Verifier(pem("ann"), "POST", URL, headers, BODY).verify(raise_on_fail=True)
    assert found == KEY


def test_apsig_accepts_the_questions_we_sign():
    headers = signing.sign("GET", URL, KEY, key("ann"), now())
    assert Verifier(pem("ann"), "GET", URL, headers).verify(raise_on_fail=True) == KEY
    assert "Digest" not in headers


def test_we_accept_what_apsig_signs():
    made = Signer({"Host": "yunxi.example"}, key("ann"), "POST", URL, KEY, BODY).sign()
    assert check(asked(made)) == KEY


def test_we_accept_the_questions_apsig_signs():
    made = Signer({}, key("ann"), "GET", URL, KEY).sign()
    assert check(asked(made, b"", "GET")) == KEY


def test_our_own_signature_says_what_mastodon_misskey_and_takahe_need():
    signature = ours()["Signature"]
    assert 'algorithm="rsa-sha256"' in signature
    assert 'headers="(request-target) host date digest content-type"' in signature
    assert ours()["Digest"].startswith("SHA-256=") and ours()["Date"].endswith("GMT")
    assert check(asked(ours())) == KEY


def signed_by_rfc9421(names: list[str], body: bytes = BODY) -> dict[str, str]:
    digest = f"sha-256=:{signing.digest_of(body).removeprefix('SHA-256=')}:"
    signer = RFC9421Signer(key("ann"), KEY)
    signer.sign_headers = names
    made = signer.sign("POST", "/ap/inbox", "yunxi.example", {"Content-Digest": digest}, body)
    # The library writes this header anew after it has signed.
    return {**made, "content-digest": digest, "host": "yunxi.example"}


def test_we_accept_rfc_9421_as_apsig_signs_it():
    made = signed_by_rfc9421(["@method", "@authority", "@path", "content-digest"])
    assert check(asked(made)) == KEY


@pytest.mark.parametrize(
    "names",
    [
        ["@authority", "@path", "content-digest"],
        ["@method", "@path", "content-digest"],
        ["@method", "@authority", "@path"],
    ],
)
def test_rfc_9421_that_leaves_out_what_it_has_to_bind_is_refused(names: list[str]):
    with pytest.raises(Unsigned) as refused:
        check(asked(signed_by_rfc9421(names)))
    assert refused.value.reason == "unsigned"


def test_rfc_9421_over_another_body_is_refused():
    made = signed_by_rfc9421(["@method", "@authority", "@path", "content-digest"])
    with pytest.raises(Unsigned) as refused:
        check(asked(made, b"{}"))
    assert refused.value.reason == "forged"


@pytest.mark.parametrize("minutes", [-61, 61, 60 * 24 * 365])
def test_a_call_signed_at_another_time_is_refused(minutes: int):
    with pytest.raises(Unsigned) as refused:
        check(asked(ours(at=now() + timedelta(minutes=minutes))))
    assert refused.value.reason == "late"


@pytest.mark.parametrize("minutes", [-50, 50])
def test_clocks_may_be_a_little_apart(minutes: int):
    assert check(asked(ours(at=now() + timedelta(minutes=minutes)))) == KEY


def without(name: str) -> Asked:
    headers = ours()
    headers["Signature"] = headers["Signature"].replace(f" {name}", "", 1)
    return asked(headers)


@pytest.mark.parametrize("name", ["host", "date", "digest"])
def test_a_signature_has_to_bind_host_time_and_body(name: str):
    with pytest.raises(Unsigned) as refused:
        check(without(name))
    assert refused.value.reason == "unsigned"


FORGED: list[tuple[str, dict[str, str], bytes, str]] = [
    ("another key", {}, BODY, "bob"),
    ("another body", {}, b"{}", "ann"),
    ("another host", {"host": "else.example"}, BODY, "ann"),
    ("another address", {"@url": "https://yunxi.example/ap/u/x/inbox"}, BODY, "ann"),
]


@pytest.mark.parametrize(("what", "changed", "body", "name"), FORGED, ids=[row[0] for row in FORGED])
def test_what_was_changed_under_way_is_forged(what: str, changed: dict[str, str], body: bytes, name: str):
    headers = {name.lower(): value for name, value in ours().items()} | changed
    with pytest.raises(Unsigned) as refused:
        check(asked(headers, body, url=headers.pop("@url", URL)), name)
    assert refused.value.reason == "forged"


NONE = [
    {},
    {"signature": ""},
    {"signature": "keyId=,,,"},
    {"signature": 'keyId="x",algorithm="ed25519",headers="date",signature="AA=="'},
    {"signature": 'keyId="x",algorithm="rsa-sha256",signature="AA=="'},
    {"signature-input": "sig1=()", "signature": "sig1=:AA==:"},
    {"signature-input": "x" * 5000, "signature": "sig1=:AA==:"},
    {"signature-input": '((((("', "signature": "ä"},
]


@pytest.mark.parametrize("headers", NONE, ids=range(len(NONE)))
def test_what_is_no_signature_is_refused_without_a_fault(headers: dict[str, str]):
    with pytest.raises(Unsigned) as refused:
        check(asked({"host": "yunxi.example", "date": "now", **headers}))
    assert refused.value.reason == "unsigned"
