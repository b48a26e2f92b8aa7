"""Checks a coverage document as a stranger would, with nothing but the file: plain Python, no Django, no network.

What is checked and how stands in docs/reference/coverage.md, so that another program can do the same.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from weiting.audit.chain import NotCanonicalError, canonical

FORMAT: Final = "weiting-coverage/1"
ANSWERS: Final = (
    "passed_on", "outdated", "withdrawn", "waiting", "claimed", "declined", "silent", "open", "called_off",
)  # fmt: skip
ACCEPTING: Final = ("relay.ask.accept", "relay.ask.claim")
ANSWERING: Final = (*ACCEPTING, "relay.ask.decline")
RELEASE: Final = "publishing.release.release"
STANDS: Final = ("published", "expired")


def percent(part: int, whole: int) -> str:
    """Return a share in percent with two places, rounded down: 80 of 109 is 73.39; nothing of nothing is 0.00."""
    hundredths = part * 10_000 // whole if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}"


class BadDocumentError(ValueError):
    """A file is no coverage document at all."""


@dataclass
class Checked:
    """What the check found: nothing in `wrong` means that everything holds."""

    document: Mapping[str, Any]
    wrong: list[str] = field(default_factory=list)
    # Whose signature it is: the key named in the file, or the one the reader brought along.
    key: str = ""
    is_key_known: bool = False

    @property
    def ok(self) -> bool:
        """Say whether everything held."""
        return not self.wrong


def read(text: bytes | str) -> dict[str, Any]:
    """Return the document in a file; raise BadDocumentError when it is none."""
    try:
        found = json.loads(text)
        canonical(found)
    except (ValueError, NotCanonicalError, RecursionError) as error:
        raise BadDocumentError(
            "This is not a coverage document: it is no JSON that can be signed."
        ) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadDocumentError(f"This is not a coverage document: it does not say “{FORMAT}”.")
    return found


def check(document: Mapping[str, Any], key: str = "", links: Mapping[int, str] | None = None) -> Checked:
    """Recompute everything a document says; `key` is the hall's public key where the reader has it from elsewhere.

    `links` are the digests (SHA-256, hexadecimal) of an exported stretch of the audit by number.
    """
    checked = Checked(document)
    try:
        _check_signature(checked, key)
        entries = _check_entries(checked, links)
        _check_units(checked, entries)
        _check_counts(checked)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        checked.wrong.append(f"The document is not complete: {type(error).__name__} {error}.")
    return checked


def _check_signature(checked: Checked, key: str) -> None:
    document = checked.document
    given = str(document["key"]["public"])
    checked.key, checked.is_key_known = given, bool(key)
    if key and key.lower() != given:
        checked.wrong.append("It is signed with another key than the hall's.")
    said = {name: value for name, value in document.items() if name != "signature"}
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.lower() or given))
        public.verify(bytes.fromhex(document["signature"]), canonical(said))
    except (InvalidSignature, ValueError):
        checked.wrong.append("The signature does not fit: something was changed after it was signed.")


def _check_entries(checked: Checked, links: Mapping[int, str] | None) -> list[Mapping[str, Any]]:
    """Recompute the digest of each entry of the audit, and compare it with an exported stretch where there is one."""
    found: list[Mapping[str, Any]] = []
    before: Mapping[str, Any] | None = None
    for row in checked.document["entries"]:
        entry, own = row["entry"], row["sha256"]
        seq = entry["seq"]
        if sha256(bytes.fromhex(row["prev_sha256"]) + canonical(entry)).hexdigest() != own:
            checked.wrong.append(
                f"Entry {seq} of the record was changed: its content does not give its digest."
            )
        if before is not None and seq <= before["entry"]["seq"]:
            checked.wrong.append(f"Entry {seq} of the record is out of order.")
        elif (
            before is not None
            and seq == before["entry"]["seq"] + 1
            and row["prev_sha256"] != before["sha256"]
        ):
            checked.wrong.append(f"Entry {seq} of the record does not continue the one before it.")
        if links is not None and links.get(seq, own) != own:
            checked.wrong.append(f"Entry {seq} is not the one that stands in the record.")
        if seq > checked.document["chain"]["seq"]:
            checked.wrong.append(f"Entry {seq} lies behind the end of the record that is named.")
        found.append(entry)
        before = row
    tip = checked.document["chain"]
    if links is not None and links.get(tip["seq"], tip["sha256"]) != tip["sha256"]:
        checked.wrong.append("The end of the record that is named is not the one that stands there.")
    return found


@dataclass
class _Known:
    """What the record says of one unit's answer."""

    answer: Mapping[str, Any] | None = None
    source_hash: str = ""
    seen: bool = False
    followed: list[str] = field(default_factory=list)


def _known(
    entries: Iterable[Mapping[str, Any]],
) -> tuple[dict[str, _Known], set[str], dict[str, Mapping[str, Any]]]:
    """Return what the record says by answer, which units were let off, and its releases."""
    known: dict[str, _Known] = {}
    let_off: set[str] = set()
    releases: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        verb, facts = entry["verb"], entry["facts"]
        here = known.setdefault(facts["ask"], _Known()) if "ask" in facts else _Known()
        if verb in ANSWERING:
            here.answer, here.source_hash = entry, facts.get("source_hash", "")
        elif verb == "relay.ask.ask_again":
            here.answer, here.source_hash = None, ""
        elif verb == "relay.ask.follow" and facts["how"] == "correct":
            here.source_hash = facts["source_hash"]
        elif verb == "relay.ask.seen":
            here.seen = bool(facts["seen"])
        elif verb == "relay.call.call_off":
            let_off.update(facts["units"])
        elif verb == RELEASE:
            releases[facts["release"]] = entry
    return known, let_off, releases


def _check_units(checked: Checked, entries: list[Mapping[str, Any]]) -> None:
    document, wrong = checked.document, checked.wrong
    call = document["call"]
    opened = [entry for entry in entries if entry["verb"] == "relay.call.open"]
    if len(opened) != 1 or opened[0]["facts"]["call"] != call["id"]:
        wrong.append("The record of the opening of this call is missing.")
        return
    facts = opened[0]["facts"]
    for name, recorded in (
        ("opened_at", opened[0]["at"]),
        ("due_at", facts["due_at"]),
        ("opened_hash", facts["source_hash"]),
        ("required_by", facts["required_by"]),
        ("required_number", facts["required_number"]),
        ("exempt_reason", facts["exempt_reason"]),
    ):
        if call[name] != recorded:
            wrong.append(f"The call's {name} is not what was recorded when it was opened.")
    rows = {row["unit"]: row for row in document["units"]}
    if len(rows) != len(document["units"]):
        wrong.append("A unit stands in the document twice.")
    wrong += [f"Unit {unit} was asked, but is missing." for unit in sorted(set(facts["units"]) - set(rows))]
    wrong += [f"Unit {unit} was never asked." for unit in sorted(set(rows) - set(facts["units"]))]
    known, let_off, releases = _known(entries)
    for unit, row in rows.items():
        here = known.get(row["ask"], _Known())
        wrong += [
            f"{row['name']}: {sentence}"
            for sentence in _of_row(row, here, document, unit in let_off, releases)
        ]


def _of_row(
    row: Mapping[str, Any],
    known: _Known,
    document: Mapping[str, Any],
    is_let_off: bool,
    releases: Mapping[str, Mapping[str, Any]],
) -> Iterable[str]:
    """Yield what is wrong with one unit's row, given what the record says."""
    yield from _against_record(row, known)
    for each in row["releases"]:
        entry = releases.get(each["release"])
        if entry is None or (each["at"], each["hash"]) != (entry["at"], entry["facts"]["content_hash"]):
            yield "a release is not the recorded one."
    wanted = _answer(row, known, document, is_let_off)
    if row["answer"] != wanted:
        yield f"it says “{row['answer']}”, but it is “{wanted}”."
    at = row["releases"][0]["at"] if row["releases"] else row["claimed_at"]
    if row["late"] != bool(at and at > document["call"]["due_at"]):
        yield "whether it was late does not follow from its times."


def _against_record(row: Mapping[str, Any], known: _Known) -> Iterable[str]:
    answer = known.answer
    if row["answered_at"] != (answer["at"] if answer else ""):
        yield "the time of its answer is not the recorded one."
    if row["source_hash"] != known.source_hash:
        yield "the hash of what it passed on is not the recorded one."
    facts = answer["facts"] if answer else {}
    if answer and answer["verb"] == "relay.ask.decline" and row["reason"] != facts["reason"]:
        yield "its reason is not the recorded one."
    if answer and answer["verb"] == "relay.ask.claim":
        if (row["url"], row["claimed_at"]) != (facts["url"], facts["at"]):
            yield "the address or time it named is not the recorded one."
        if row["seen"] != known.seen:
            yield "whether it was seen is not what was recorded."


def _answer(row: Mapping[str, Any], known: _Known, document: Mapping[str, Any], is_let_off: bool) -> str:
    """Return what a row's answer is, by the rules of the reference."""
    if known.answer is None:
        if is_let_off:
            return "called_off"
        return "silent" if document["call"]["due_at"] <= document["made_at"] else "open"
    if known.answer["verb"] == "relay.ask.decline":
        return "declined"
    is_same = known.source_hash == document["source"]["hash"] and document["source"]["state"] in STANDS
    held = "passed_on" if is_same else "outdated"
    if known.answer["verb"] == "relay.ask.claim":
        return held if known.seen else "claimed"
    if not row["releases"]:
        return "waiting"
    # Whether a text still stands is the hall's word at the time, under its signature; never better than its hash.
    return held if row["stands"] else "withdrawn"


def _check_counts(checked: Checked) -> None:
    document, wrong = checked.document, checked.wrong
    given = [row["answer"] for row in document["units"]]
    counts = {answer: given.count(answer) for answer in ANSWERS}
    counts["asked"] = len(given) - counts["called_off"]
    for name, number in counts.items():
        if document["counts"].get(name) != number:
            wrong.append(f"“{name}” is {number}, not {document['counts'].get(name)}.")
    share = percent(counts["passed_on"], counts["asked"])
    if document["percent"] != share:
        wrong.append(f"The share is {share} percent, not {document['percent']}.")
