"""The coverage document: checked by our program and by another one made from the reference; every lie is found."""

import copy
import hashlib
import json
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weiting.audit import actions as audit, export, queries as audited
from weiting.audit.chain import Report, canonical
from weiting.core import clock
from weiting.posts.models import Revision
from weiting.publishing import actions as publishing
from weiting.relay import actions, proof, signing
from weiting.relay.coverage import cover, document
from weiting.relay.models import SigningKey
from weiting.relay.tests import make as relays

pytestmark = pytest.mark.django_db


def fetched(call) -> dict:
    answer = Client().get(f"/relay/v1/calls/{call.public_id}/coverage")
    assert answer.status_code == 200
    return json.loads(answer.content)


@pytest.fixture
def told(freeze):
    """A call that is over: two passed it on, one declined, one kept silent."""
    s = relays.scene(freeze, units=4)
    call = s.open(is_public=True)
    s.passed(freeze, s.ask(call), line="我们这条街也停。")
    s.passed(freeze, s.ask(call, 1))
    actions.decline(s.ask(call, 2), "今天已经发过。", by=s.editors[s.units[2].pk])
    freeze.move(hours=25)
    return s, call


def signed_again(said: dict) -> dict:
    """Sign a changed document with the hall's own key: the lie of somebody who holds it."""
    row, private = actions.signing_key()
    bare = {name: value for name, value in said.items() if name not in {"key", "signature"}}
    return signing.seal(bare, row.public_id, row.public, private)


def independent(said: dict) -> list[str]:  # noqa: C901 - one walk, on purpose without our functions
    """Another program's check, from docs/reference/coverage.md alone: nothing of ours but the signature's library."""

    def plain(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    wrong = []
    body = {k: v for k, v in said.items() if k != "signature"}
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["key"]["public"])).verify(
            bytes.fromhex(said["signature"]), plain(body)
        )
    except Exception:
        wrong.append("signature")
    acts, opened, off, asks, out = {}, None, set(), {}, {}
    for row in said["entries"]:
        entry = row["entry"]
        if hashlib.sha256(bytes.fromhex(row["prev_sha256"]) + plain(entry)).hexdigest() != row["sha256"]:
            wrong.append(f"entry {entry['seq']}")
        facts = entry["facts"]
        if entry["verb"] == "relay.call.open":
            opened = entry
        elif entry["verb"] == "relay.call.call_off":
            off |= set(facts["units"])
        elif entry["verb"] in {"relay.ask.accept", "relay.ask.claim", "relay.ask.decline"}:
            acts[facts["ask"]] = entry
            asks[facts["ask"]] = facts.get("source_hash", "")
        elif entry["verb"] == "relay.ask.ask_again":
            acts.pop(facts["ask"], None)
        elif entry["verb"] == "relay.ask.follow" and facts["how"] == "correct":
            asks[facts["ask"]] = facts["source_hash"]
        elif entry["verb"] == "publishing.release.release":
            out[facts["release"]] = (entry["at"], facts["content_hash"])
    assert opened is not None
    if sorted(row["unit"] for row in said["units"]) != sorted(opened["facts"]["units"]):
        wrong.append("units")
    passed = silent = let_off = 0
    for row in said["units"]:
        act = acts.get(row["ask"])
        if row["answered_at"] != (act["at"] if act else ""):
            wrong.append(f"time {row['name']}")
        if row["source_hash"] != (asks.get(row["ask"], "") if act else ""):
            wrong.append(f"hash {row['name']}")
        if any(out.get(each["release"]) != (each["at"], each["hash"]) for each in row["releases"]):
            wrong.append(f"release {row['name']}")
        let_off += act is None and row["unit"] in off
        silent += act is None and row["unit"] not in off
        is_out = (
            act is not None and act["verb"] == "relay.ask.accept" and bool(row["releases"]) and row["stands"]
        )
        passed += is_out and row["source_hash"] == said["source"]["hash"]
    asked = len(said["units"]) - let_off
    share = passed * 10_000 // asked
    if said["percent"] != f"{share // 100}.{share % 100:02d}":
        wrong.append("percent")
    if (said["counts"]["passed_on"], said["counts"]["silent"]) != (passed, silent):
        wrong.append("counts")
    return wrong


def test_a_true_document_holds_for_both_programs(told):
    said = fetched(told[1])
    assert proof.check(said).wrong == [] and independent(said) == []
    assert (said["percent"], said["counts"]["silent"], said["counts"]["declined"]) == ("50.00", 1, 1)


def moved(said):
    said["units"][0]["answered_at"] = "2026-07-19T00:00:00.000000Z"


def changed_hash(said):
    row = next(row for row in said["units"] if row["answer"] == "passed_on")
    row["source_hash"] = "0" * 64


def without_the_silent(said):
    said["units"] = [row for row in said["units"] if row["answer"] != "silent"]
    said["counts"] |= {"silent": 0, "asked": 3}
    said["percent"] = "66.66"


def better_share(said):
    said["percent"] = "75.00"


def silent_passed_on(said):
    row = next(row for row in said["units"] if row["answer"] == "silent")
    row["answer"] = "passed_on"
    said["counts"] |= {"silent": 0, "passed_on": 3}
    said["percent"] = "75.00"


def later_deadline(said):
    said["call"]["due_at"] = "2026-08-01T00:00:00.000000Z"


def other_release(said):
    row = next(row for row in said["units"] if row["releases"])
    row["releases"][0]["at"] = "2026-07-20T01:00:00.000000Z"


def changed_entry(said):
    said["entries"][0]["entry"]["facts"]["units"] = said["entries"][0]["entry"]["facts"]["units"][1:]


LIES = [
    moved,
    changed_hash,
    without_the_silent,
    better_share,
    silent_passed_on,
    later_deadline,
    other_release,
    changed_entry,
]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_every_planted_lie_is_found_also_when_it_is_signed_anew(told, lie):
    said = fetched(told[1])
    lie(said)
    assert any("signature" in each for each in proof.check(said).wrong)
    again = signed_again(copy.deepcopy(said))
    found = proof.check(again).wrong
    assert found and not any("signature" in each for each in found)
    if lie is not later_deadline:
        assert independent(again)


def test_a_document_signed_by_somebody_else_is_found_by_whoever_knows_the_halls_key(told):
    said = fetched(told[1])
    public = said["key"]["public"]
    stranger = Ed25519PrivateKey.generate()
    bare = {name: value for name, value in said.items() if name not in {"key", "signature"}}
    forged = signing.seal(bare, "stranger", stranger.public_key().public_bytes_raw().hex(), stranger)
    assert proof.check(forged).ok
    assert not proof.check(forged, public).ok and proof.check(said, public).ok
    listed = Client().get("/relay/v1/keys").json()["keys"]
    assert [each["public"] for each in listed] == [public]


def test_the_command_checks_a_file_without_a_hall_and_looks_its_acts_up_in_a_stretch(told, tmp_path):
    said = fetched(told[1])
    file, stretch, key = tmp_path / "coverage.json", tmp_path / "stretch.jsonl", tmp_path / "key"
    file.write_bytes(canonical(said))
    key.write_text(said["key"]["public"])
    last = said["chain"]["seq"]
    report = Report(first=1, last=last)
    stretch.write_bytes(b"\n".join(export.lines(audited.links(1, last), report)) + b"\n")
    done = run(file, "--key", str(key), "--stretch", str(stretch))
    assert done.returncode == 0 and "Everything holds." in done.stdout, done.stdout + done.stderr
    better_share(said)
    file.write_bytes(canonical(said))
    done = run(file)
    assert done.returncode == 1 and "WRONG: The share is 50.00 percent, not 75.00." in done.stdout
    file.write_text("[]")
    assert run(file).returncode == 2


def run(*words):
    # No settings, no database: what a stranger's machine has.
    return subprocess.run(
        [sys.executable, "-m", "weiting.relay.command", *map(str, words)],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": "."},
    )  # fmt: skip


def test_what_is_not_public_is_not_given_away(told):
    _s, call = told
    type(call).objects.filter(pk=call.pk).update(is_public=False)
    assert Client().get(f"/relay/v1/calls/{call.public_id}/coverage").status_code == 404


def test_there_is_one_key_and_its_private_half_is_sealed(told):
    first, _private = actions.signing_key()
    second, private = actions.signing_key()
    assert first.pk == second.pk and SigningKey.objects.count() == 1
    assert private.private_bytes_raw() not in bytes(first.sealed)


def test_words_changed_behind_the_hall_are_seen(told):
    _s, call = told
    row = cover(call).rows[0]
    assert row.ask.post is not None and row.ask.post.live is not None
    Revision.objects.filter(pk=row.ask.post.live.pk).update(body="别的话")
    assert str(cover(call).rows[0].answer) == "withdrawn"


@pytest.mark.slow
def test_a_call_to_109_units_is_proven(freeze, tmp_path, capsys):
    s = relays.scene(freeze, units=109)
    began = time.perf_counter()
    call = s.open(is_public=True, required_by="省政府办公厅", required_number="省办函〔2026〕7号")
    opened = time.perf_counter() - began
    asks = list(call.asks.select_related("unit", "call").order_by("pk"))
    began = time.perf_counter()
    for ask in asks[:80]:
        s.accept(ask, line="我们这里也热。")
    freeze.move(seconds=11)
    assert publishing.release_due() == 80
    accepted = time.perf_counter() - began
    for ask in asks[80:89]:
        actions.decline(ask, "今天已经发过同样的提醒。", by=s.editors[ask.unit_id])
    freeze.move(hours=25)
    audit.seal_days()
    with CaptureQueriesContext(connection) as caught:
        seen = cover(call)
    began = time.perf_counter()
    said = fetched(call)
    made = time.perf_counter() - began
    began = time.perf_counter()
    checked = proof.check(said)
    checking = time.perf_counter() - began
    file = tmp_path / "c.json"
    file.write_bytes(canonical(said))
    assert checked.wrong == [] and independent(said) == [] and run(file).returncode == 0
    assert (seen.counts["passed_on"], seen.counts["declined"], seen.counts["silent"]) == (80, 9, 20)
    assert said["percent"] == "73.39" and len(caught) <= 4
    for lie in LIES:
        lied = fetched(call)
        lie(lied)
        assert proof.check(signed_again(lied)).wrong, lie
    with capsys.disabled():
        sys.stdout.write(
            f"\n109 units: opened {opened:.2f} s, 80 accepted and out {accepted:.2f} s, document {made:.3f} s "
            f"({len(canonical(said)) // 1024} KiB), checked {checking:.3f} s\n"
        )
    assert clock.now() > call.due_at + timedelta(minutes=1)
    assert document(call)["format"] == proof.FORMAT
