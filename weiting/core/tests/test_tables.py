"""Imported tables: every kind and encoding is read, and what is broken is named, never lost."""

import io
import json
from pathlib import Path

import openpyxl
import pytest

from weiting.core.errors import Invalid
from weiting.core.mappings import mapping_from
from weiting.core.tables import Table, load_mapping, read_rows, template_csv, template_xlsx

UNITS = "名称,电话\n云溪市民政局,0571-1\n云溪市教育局,0571-2\n"
ALIASES = {"name": ["名称", "单位名称"], "phone": ["电话"]}


def read(data: bytes | str, name: str = "units.csv", **options: object) -> Table:
    data = data.encode() if isinstance(data, str) else data
    return read_rows(io.BytesIO(data), name=name, **options)


def workbook(rows: list[list[object]], title: str = "Sheet") -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def messages(table: Table) -> list[tuple[int, str]]:
    list(table.rows)
    return [(error.row, error.column) for error in table.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    table = read(UNITS.encode(encoding), aliases=ALIASES)
    assert list(table.rows) == [
        (2, {"name": "云溪市民政局", "phone": "0571-1"}),
        (3, {"name": "云溪市教育局", "phone": "0571-2"}),
    ]
    assert table.errors == []


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_seen_from_the_header(mark: str) -> None:
    table = read(UNITS.replace(",", mark))
    assert table.header == ("名称", "电话")
    assert len(list(table.rows)) == 2


def test_a_gb18030_line_in_a_utf8_file_is_named() -> None:
    data = UNITS.encode() + "云溪市财政局,0571-3\n".encode("gb18030")
    with pytest.raises(Invalid) as refusal:
        read(data)
    assert refusal.value.facts["line"] == 4


def test_a_utf8_line_in_a_gb18030_file_is_named() -> None:
    data = UNITS.encode("gb18030") + "云溪市财政局,0571-3\n".encode()
    with pytest.raises(Invalid) as refusal:
        read(data)
    assert refusal.value.facts["line"] == 4


def test_bytes_of_no_encoding_are_named_by_line() -> None:
    with pytest.raises(Invalid) as refusal:
        read(UNITS.encode() + b"\xff\xff,1\n")
    assert refusal.value.facts["line"] == 4


def test_unmarked_utf16_is_refused_with_a_sentence() -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        read("name,phone\nAnna,1\n".encode("utf-16-le"))


def test_quoted_line_breaks_stay_in_their_row() -> None:
    table = read('名称,说明\n甲,"第一行\n第二行，含,逗号"\n乙,短\n')
    assert list(table.rows) == [
        (2, {"名称": "甲", "说明": "第一行\n第二行，含,逗号"}),
        (3, {"名称": "乙", "说明": "短"}),
    ]


def test_ragged_rows_are_reported_and_the_others_read() -> None:
    table = read("a,b\n1\n1,2\n1,2,3\n1,2,\n")
    assert messages(table) == [(2, "b"), (4, "")]
    assert [number for number, _ in read("a,b\n1\n1,2\n1,2,3\n1,2,\n").rows] == [3, 5]


def test_blank_lines_are_skipped_but_counted() -> None:
    assert [number for number, _ in read("\n\na,b\n1,2\n\n3,4\n").rows] == [4, 6]


def test_a_nul_byte_is_reported_with_its_column() -> None:
    table = read("name,phone\nAnna,1\nBe\x00rt,2\n")
    assert messages(table) == [(3, "name")]


def test_an_open_quotation_mark_is_reported() -> None:
    table = read('a,b\n1,2\n3,"4\n5,6\n')
    assert messages(table) == [(3, "")]


def test_a_field_without_end_is_reported_and_reading_goes_on() -> None:
    table = read('a,b\n1,"' + "x" * 1_100_000 + "\n" + "5,6\n" * 3)
    assert [values["a"] for _, values in table.rows] == ["5", "5", "5"]
    assert [error.row for error in table.errors] == [2]


def test_columns_are_known_by_any_of_their_names() -> None:
    table = read("单位名称 *,電話\n甲,1\n", aliases={"name": ["名称", "单位名称"], "phone": ["电话", "電話"]})
    assert list(table.rows) == [(2, {"name": "甲", "phone": "1"})]


def test_a_missing_column_is_said_once_and_no_row_comes() -> None:
    table = read("电话\n1\n2\n", aliases=ALIASES, required=["name"])
    assert messages(table) == [(1, "名称")]
    assert "名称" in table.errors[0].message


def test_a_column_given_twice_is_an_error() -> None:
    assert messages(read("名称,名称\n甲,乙\n")) == [(1, "名称")]
    assert messages(read("名称,单位名称\n甲,乙\n", aliases=ALIASES)) == [(1, "单位名称")]


def test_an_unknown_column_is_an_error() -> None:
    table = read("名称,邮编\n甲,1\n", aliases=ALIASES)
    assert messages(table) == [(1, "邮编")]
    assert table.ignored == ("邮编",)


def test_a_value_without_a_column_name_is_an_error() -> None:
    assert messages(read("a,,c\n1,,3\n1,2,3\n")) == [(3, "")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read(data)


def test_more_errors_than_kept_are_still_counted() -> None:
    table = read("a,b\n" + "1\n" * 1500)
    assert list(table.rows) == []
    assert (len(table.errors), table.error_count) == (1000, 1500)


def test_the_callers_file_stays_open() -> None:
    file = io.BytesIO(UNITS.encode())
    assert len(list(read_rows(file, name="a.csv").rows)) == 2
    assert len(list(read_rows(file, name="a.csv").rows)) == 2


def test_a_path_is_read_and_a_missing_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text(UNITS, encoding="utf-8")
    assert len(list(read_rows(path, name="units.csv").rows)) == 2
    with pytest.raises(Invalid):
        read_rows(tmp_path / "none.csv", name="none.csv")


def test_a_workbook_is_read_as_text() -> None:
    data = workbook([["名称", "电话", "人数"], ["甲", "0571", 12], ["乙", None, 1.5], [], ["丙", True, 3.0]])
    assert list(read(data, "u.xlsx").rows) == [
        (2, {"名称": "甲", "电话": "0571", "人数": "12"}),
        (3, {"名称": "乙", "电话": "", "人数": "1.5"}),
        (5, {"名称": "丙", "电话": "true", "人数": "3"}),
    ]


def test_a_workbooks_lost_digits_are_reported() -> None:
    table = read(workbook([["证号"], [330102199001011234], ["#N/A"], ["好"]]))
    assert messages(table) == [(2, ""), (3, "")]


def test_a_missing_sheet_is_said_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="单位"):
        read(workbook([["a"], ["1"]], "单位"), sheet="人员")


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_broken_or_old_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        read(data, "a.xlsx")


def test_json_lines_are_read_and_broken_ones_named() -> None:
    lines = ['{"名称":"甲","n":1}', "{broken", '{"名称":"乙","名称":"丙"}', "[1]", '{"名称":null,"n":["x"]}']
    table = read("\n".join(lines), "u.jsonl")
    assert list(table.rows) == [(1, {"名称": "甲", "n": "1"}), (5, {"名称": "", "n": '["x"]'})]
    assert [error.row for error in table.errors] == [2, 3, 4]


def test_json_lines_know_aliases_and_required_fields() -> None:
    data = '{"名称":"甲"}\n{"电话":"1"}\n{"名称":"乙","x":"1"}\n'
    table = read(data, "u.jsonl", aliases=ALIASES, required=["name"])
    assert list(table.rows) == [(1, {"name": "甲", "phone": ""})]
    assert [(error.row, error.column) for error in table.errors] == [(2, "name"), (3, "x")]


MAPPING = """
[columns]
title = ["标题", "topic"]
body = "正文"
summary = "正文"
at = "时间"
[constants]
column = "news"
[dates]
at = ["%Y-%m-%d %H:%M", "%Y/%m/%d"]
[values.title]
"旧" = "新"
"""


def test_a_mapping_says_what_is_what(tmp_path: Path) -> None:
    path = tmp_path / "posts.toml"
    path.write_text(MAPPING, encoding="utf-8")
    table = read(
        "时间,正文,标题,转发\n2020-01-01 08:55,字,旧,3\n昨天,字,题,4\n2020/1/2,字,题,5\n",
        mapping=load_mapping(path),
    )
    rows = dict(table.rows)
    assert rows[2] == {
        "title": "新",
        "body": "字",
        "summary": "字",
        "at": "2020-01-01T08:55:00+08:00",
        "column": "news",
    }
    assert rows[4]["at"] == "2020-01-02T00:00:00+08:00"
    assert [(error.row, error.column) for error in table.errors] == [(3, "at")]
    assert table.ignored == ("转发",)


def test_a_mapped_column_the_file_lacks_is_an_error() -> None:
    mapping = mapping_from({"columns": {"title": "标题"}})
    assert messages(read("题目\n甲\n", mapping=mapping)) == [(1, "标题")]
    assert messages(read('{"题目":"甲"}\n', "a.jsonl", mapping=mapping)) == [(1, "标题")]


@pytest.mark.parametrize(
    "found",
    [{}, {"columns": {}}, {"columns": {"a": 1}}, {"columns": {"a": "b"}, "colour": {}}, {"columns": "a"}],
)
def test_a_wrong_mapping_is_refused(found: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        mapping_from(found)


def test_a_mapping_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "posts.toml"
    path.write_text("columns = [", encoding="utf-8")
    with pytest.raises(Invalid):
        load_mapping(path)
    with pytest.raises(Invalid):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize("make", [template_csv, template_xlsx])
def test_a_filled_template_reads_back_as_written(make: object) -> None:
    data = make(["名称", "电话"], [["民政局", "00571"], ["“甲”,乙", ""]])  # type: ignore[operator]
    assert [values for _, values in read(data, aliases=ALIASES).rows] == [
        {"name": "民政局", "phone": "00571"},
        {"name": "“甲”,乙", "phone": ""},
    ]


def test_no_row_of_a_file_vanishes_without_a_word() -> None:
    lines = ["1,2", "1", '"x', "1,2,3", "\x00,1", "3,4"] * 3
    table = read("a,b\n" + "\n".join(lines).replace('"x\n', '"x"y,1\n'))
    good = list(table.rows)
    assert len(good) + table.error_count == len(lines)


def test_values_of_json_keep_their_text() -> None:
    table = read(json.dumps({"a": {"b": [1, {"c": "字"}]}, "d": True}) + "\n", "a.jsonl")
    assert dict(table.rows)[1] == {"a": '{"b": [1, {"c": "字"}]}', "d": "true"}
