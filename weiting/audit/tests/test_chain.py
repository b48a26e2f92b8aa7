"""The chain without a database: whatever is changed in a stretch is found, and where."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from weiting.audit import chain, export
from weiting.audit.chain import Digests, Link

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
NUMBERS = st.integers(-chain.LARGEST, chain.LARGEST)
KEYS = st.text(
    st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF, exclude_characters="\x00"),
    max_size=8,
)
FACTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def a_content(seq: int, **changes: Any) -> dict[str, Any]:
    """Return the content of an invented entry."""
    return {
        "v": 1,
        "seq": seq,
        "at": f"2026-11-21T02:{seq // 60 % 60:02d}:{seq % 60:02d}.000000Z",
        "actor_id": 7,
        "actor_label": "林晓",
        "actor_role": "编辑",
        "verb": "posts.post.submit",
        "subject_type": "posts.post",
        "subject_id": "17",
        "subject_label": "明天停水 😀",
        "unit_id": None,
        "unit_label": "云溪供水",
        "facts": {"note": 'a"b\\c\n', "n": seq, "flags": [True, False, None]},
        "origin": "web",
        "origin_mark": "00ff00ff00ff00ff",
    } | changes


def a_chain(length: int, start: int = 1) -> list[Link]:
    """Return an unbroken stretch."""
    links: list[Link] = []
    tip = Digests()
    for seq in range(start, start + length):
        content = a_content(seq)
        own = chain.digest(tip, chain.canonical(content))
        links.append(Link(seq, content, tip, own))
        tip = own
    return links


def a_file(length: int = 5) -> list[bytes]:
    """Return an export with one head, as lines."""
    links = a_chain(length)
    head = chain.DayHead(date(2026, 11, 20), 3, links[2].own)
    return list(export.lines(links, chain.check(links, [head])))


def test_digests_are_those_of_the_standards() -> None:
    own = chain.digest(Digests(b"", b""), b"abc")
    assert own.sm3.hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert own.sha256.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_canonical_bytes_are_written_down_once() -> None:
    value = {"b": [1, True, None], "a": "中\n\u007f😀", "é": -5}
    assert chain.canonical(value) == '{"a":"中\\n\x7f😀","b":[1,true,null],"é":-5}'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": [0.0]}, 2**53, "\x00", "\ud800", {1: 2}, {"😀": 1}, b"x", (1,)])
def test_ambiguous_values_have_no_canonical_form(value: Any) -> None:
    with pytest.raises(chain.NotCanonicalError):
        chain.canonical(value)


@given(FACTS)
def test_canonical_form_survives_a_reading(value: Any) -> None:
    once = chain.canonical(value)
    assert chain.canonical(json.loads(once)) == once


@given(st.lists(KEYS, unique=True, max_size=6))
def test_keys_sort_as_in_javascript(keys: list[str]) -> None:
    written = json.loads(chain.canonical(dict.fromkeys(keys, 0)))
    assert list(written) == sorted(keys, key=lambda key: key.encode("utf-16-be"))


def test_an_unbroken_chain_holds() -> None:
    links = a_chain(9)
    report = chain.check(links, first=1)
    assert (report.ok, report.first, report.last, report.count) == (True, 1, 9, 9)
    assert report.tip == links[-1].own


@given(st.integers(0, 4), st.sampled_from(sorted(a_content(1))), st.data())
def test_any_changed_field_is_found_at_its_entry(index: int, name: str, data: st.DataObject) -> None:
    links = a_chain(5)
    old = links[index]
    other = data.draw(
        FACTS.filter(lambda value: chain.canonical(value) != chain.canonical(old.content[name]))
    )
    links[index] = Link(old.seq, {**old.content, name: other}, old.previous, old.own)
    report = chain.check(links, first=1)
    assert report.broken is not None
    assert report.broken.seq == old.seq


@given(
    st.integers(0, 4),
    st.sampled_from(["previous", "own"]),
    st.sampled_from(["sm3", "sha256"]),
    st.data(),
)
def test_any_changed_bit_of_a_digest_is_found(index: int, which: str, name: str, data: st.DataObject) -> None:
    links = a_chain(5)
    old = links[index]
    found = {"previous": old.previous, "own": old.own}
    both = {"sm3": found[which].sm3, "sha256": found[which].sha256}
    bit = data.draw(st.integers(0, 255))
    both[name] = (int.from_bytes(both[name], "big") ^ (1 << bit)).to_bytes(32, "big")
    found[which] = Digests(**both)
    links[index] = Link(old.seq, old.content, found["previous"], found["own"])
    report = chain.check(links, first=1)
    assert report.broken is not None
    assert report.broken.seq == old.seq


@given(st.integers(0, 3))
def test_a_missing_entry_is_named(index: int) -> None:
    links = a_chain(5)
    del links[index]
    broken = chain.check(links, first=1).broken
    assert broken is not None
    assert (broken.seq, broken.what) == (index + 1, "gap")


@given(st.permutations(range(5)).filter(lambda order: list(order) != list(range(5))))
def test_another_order_is_found(order: list[int]) -> None:
    links = a_chain(5)
    assert not chain.check([links[i] for i in order], first=1).ok


def test_entries_renumbered_after_a_removal_are_found() -> None:
    links = a_chain(5)
    moved = Link(3, {**links[3].content, "seq": 3}, links[3].previous, links[3].own)
    broken = chain.check([*links[:2], moved], first=1).broken
    assert broken is not None
    assert (broken.seq, broken.what) == (3, "prev_sm3")


def test_a_cut_end_is_found_only_with_a_head() -> None:
    links = a_chain(5)
    head = chain.DayHead(date(2026, 11, 20), 5, links[4].own)
    assert chain.check(links[:3], first=1).ok
    broken = chain.check(links[:3], [head], first=1).broken
    assert broken is not None
    assert (broken.seq, broken.what) == (4, "cut")


def test_a_recomputed_chain_is_found_only_with_a_head() -> None:
    links = a_chain(5)
    head = chain.DayHead(date(2026, 11, 20), 5, links[4].own)
    forged: list[Link] = []
    tip = Digests()
    for link in links:
        content = {**link.content, "actor_label": "somebody else"}
        own = chain.digest(tip, chain.canonical(content))
        forged.append(Link(link.seq, content, tip, own))
        tip = own
    assert chain.check(forged, first=1).ok
    broken = chain.check(forged, [head], first=1).broken
    assert broken is not None
    assert (broken.seq, broken.what) == (5, "head")


def test_an_export_is_checked_with_nothing_else() -> None:
    report = export.check_file(line + b"\n" for line in a_file())
    assert (report.ok, report.count, len(report.heads)) == (True, 5, 1)


@given(st.data())
def test_any_changed_byte_of_an_export_is_found(data: st.DataObject) -> None:
    lines = a_file()
    # Line 2 is the head: its day is a label, the rest is compared.
    number = data.draw(st.sampled_from([0, 2, 3, 4, 5, 6]))
    position = data.draw(st.integers(0, len(lines[number]) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != lines[number][position]))
    lines[number] = lines[number][:position] + bytes([byte]) + lines[number][position + 1 :]
    try:
        report = export.check_file(lines)
    except export.BadFileError as error:
        assert number == 0 or error.line == number + 1
    else:
        assert not report.ok


@pytest.mark.parametrize("lines", [a_file()[:-1], a_file()[:-3], [*a_file()[:3], *a_file()[4:]]])
def test_an_export_with_entries_missing_is_found(lines: list[bytes]) -> None:
    assert not export.check_file(lines).ok


def test_a_line_with_a_key_twice_is_refused() -> None:
    lines = a_file()
    lines[2] = lines[2].replace(b'"kind":"entry"', b'"kind":"entry","kind":"entry"')
    with pytest.raises(export.BadFileError, match="Line 3"):
        export.check_file(lines)


@pytest.mark.parametrize("lines", [[], [b""], [b"hello"], [b"[]"], [b'{"a":1}'], [b"\xff\xfe"]])
def test_a_file_that_is_no_export_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(export.BadFileError):
        export.check_file(lines)


def test_a_printed_head_is_read_however_it_was_typed() -> None:
    digest = bytes.fromhex("7f3a91c05be2d418" + "0" * 48)
    assert chain.short(digest) == "7f3a 91c0 5be2 d418"
    assert chain.read_short(" 7F3A-91c0 5be2·d418") == "7f3a91c05be2d418"
    assert chain.read_short("7f3a 91c0") == ""
