"""`weiting text check`: findings with their places, the exit status, JSON; and all checks in one call."""

import io
import json

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.checks import CHECKS, check_text, known_families
from weiting.text.command import main

PLAIN = "云溪供水公司通知：\n11月25日8时至17时东园路停水，请尽快储水。"
EMPTY = "市水务局高度重视，派人到场。\n有关部门也来了。"
PRIVATE = "联系人王小明，手机13812345678。"


@pytest.fixture
def file(tmp_path):
    def write(text, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def checked(capsys, *arguments):
    status = main(["check", *arguments])
    return status, capsys.readouterr().out


def test_line_and_column_words_why_and_better_are_printed(file, capsys):
    status, said = checked(capsys, file(EMPTY))
    assert status == 0
    assert "1:5  " in said and "2:1  " in said
    assert "[officialese.empty]" in said and "（删掉）" in said and "→ 〔待填：哪个单位〕" in said


def test_what_must_be_mended_makes_the_exit_status_one(file, capsys):
    assert checked(capsys, file(PRIVATE))[0] == 1
    assert checked(capsys, file("桥在〔待填：几月几日〕通车。"))[0] == 1
    assert checked(capsys, file(PLAIN))[0] == 0


def test_public_telephone_need_not_be_mended(file, capsys):
    public = file("13812345678\n", "public.txt")
    assert checked(capsys, file(PRIVATE), "--public", public, "--families", "personal")[0] == 0


def test_json_has_places_mark_facts_and_lengths(file, capsys):
    _status, said = checked(capsys, file(EMPTY), "--json", "--channels", "weibo,sms")
    found = json.loads(said)
    assert [(each["line"], each["column"]) for each in found["findings"]] == [(1, 5), (2, 1)]
    assert found["score"]["value"] == round(sum(part["points"] for part in found["score"]["parts"]))
    assert [each["channel"] for each in found["lengths"]] == ["weibo", "sms"] and found["answer"] is None


def test_answer_is_held_against_its_question(file, capsys):
    question = file("东园路的路灯不亮，请问是什么原因？", "question.txt")
    answer = file("您好！公积金可以在网上提取，带身份证到窗口也行。")
    _status, said = checked(capsys, answer, "--profile", "answer", "--question", question, "--json")
    found = json.loads(said)
    assert {"answer.off_topic", "answer.contact"} <= {each["rule"] for each in found["findings"]}
    assert {part["key"] for part in found["answer"]["parts"]} == {"found", "rule", "done", "next", "contact"}


def test_standard_input_and_other_encodings_are_read(monkeypatch, capsys, file):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(EMPTY.encode())))
    assert "officialese.empty" in checked(capsys, "-")[1]
    assert "officialese.empty" in checked(capsys, file(EMPTY.encode("gb18030")))[1]


def test_language_may_be_chosen(file, capsys):
    assert "leave it out" in checked(capsys, file(EMPTY), "--language", "en")[1]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--families", "pigeons"], "pigeons"),
        (["--channels", "pigeon"], "pigeon"),
        (["--written", "gestern"], "gestern"),
        (["--question", "/nowhere/at/all"], "/nowhere"),
    ],
)
def test_what_can_be_mended_is_a_sentence_and_status_two(file, capsys, arguments, word):
    assert main(["check", file(PLAIN), *arguments]) == 2
    assert word in capsys.readouterr().err


def test_only_the_families_asked_for_run(file, capsys):
    _status, said = checked(capsys, file(EMPTY), "--families", "actor")
    assert "actor.vague" in said and "officialese" not in said


def test_every_rule_of_every_check_belongs_to_a_known_family():
    assert {rule.family for check in CHECKS for rule in check.rules} <= set(known_families())


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=150), st.sampled_from(["post", "answer"]))
def test_no_text_makes_the_checks_fail(text, profile):
    report = check_text(text, profile, channels=["weibo", "sms"], question=text)
    for each in report.findings:
        assert text[each.start : each.end] == each.words
    json.dumps(report.as_dict())


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"\x00" * 100, "😀\u200b<p>".encode(), b"\xed\xa0\x80"]
)
def test_odd_files_are_answered(file, capsys, raw):
    assert checked(capsys, file(raw))[0] in (0, 1)
