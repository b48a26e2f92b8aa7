"""The archive of an account on a closed platform: read from whatever export there is, kept once, never sent."""

import json

import pytest
from django.core.management import CommandError, call_command

from weiting.channels import actions
from weiting.channels.archive import Row, moment, read_archive
from weiting.channels.models import Archived, Connection
from weiting.core import clock
from weiting.core.errors import Invalid
from weiting.core.tables import RowError
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.models import Account

CSV = """编号,发布时间,内容,链接,转发
1,2012-03-04 10:20,桥头街明天停水,http://t.qq.com/p/1,12
2,2012年3月5日 08:00,来水了,,3
,昨天,时间不对,,
"""
PAGE = """<html><script>alert(1)</script><table><tr><th>时间</th><th>内容</th></tr>
<tr><td>2012-03-04 10:20</td><td>桥头街<b>明天</b>停水<br>请储水<script>alert(2)</script></td></tr></table>
<article class="h-entry"><time class="dt-published" datetime="2013-01-01T08:00:00+08:00">元旦</time>
<a class="u-url" href="https://weibo.people.com.cn/1">链接</a><img src="x.png">
<div class="e-content">新年好</div></article></html>"""


@pytest.fixture
def account(db: None) -> Account:
    return units.apply_account(make.city().water, "tencent_weibo", "云溪供水老号", by=None)


def test_an_export_is_read_with_its_own_names_of_columns(tmp_path):
    (tmp_path / "a.csv").write_text(CSV, "utf-8")
    first, second, wrong = list(read_archive(tmp_path / "a.csv"))
    assert isinstance(first, Row) and (first.key, first.figures) == ("1", {"reposts": 12})
    assert clock.local(first.at).isoformat() == "2012-03-04T10:20:00+08:00"
    assert isinstance(second, Row) and second.text == "来水了"
    assert isinstance(wrong, RowError) and wrong.column == "time"


def test_a_saved_page_is_read_and_nothing_in_it_is_run(tmp_path):
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    rows = list(read_archive(tmp_path / "a.html"))
    assert [each.text for each in rows if isinstance(each, Row)] == ["桥头街明天停水\n请储水", "新年好"]
    assert isinstance(rows[1], Row) and rows[1].url == "https://weibo.people.com.cn/1"


@pytest.mark.parametrize(
    "page", ["", "<table><tr><td>a</td></tr></table>", "<div>" * 5000, "<table><tr><th>" * 2000]
)
def test_a_page_without_texts_is_refused_with_what_to_do(tmp_path, page):
    (tmp_path / "a.html").write_text(page, "utf-8")
    with pytest.raises(Invalid):
        list(read_archive(tmp_path / "a.html"))


@pytest.mark.parametrize(("said", "year"), [
    ("1330827600", 2012), ("1330827600000", 2012), ("2012/03/04 10:20", 2012), ("2012-03-04T10:20:00Z", 2012),
    ("Sun Mar 04 10:20:00 +0800 2012", 2012), ("刚刚", None), ("", None), ("99999999999999999", None),
])  # fmt: skip
def test_times_are_read_as_exports_write_them(said, year):
    found = moment(said)
    assert (found and found.year) == year


def test_what_was_brought_in_is_kept_once_and_its_connection_has_ended(account):
    rows = [Row(str(n), clock.now(), f"第 {n} 条") for n in range(3)]
    assert actions.bring_archive(account, rows, by=None) == actions.Brought(3, 0, 0)
    assert actions.bring_archive(account, rows, by=None) == actions.Brought(0, 3, 0)
    found = Connection.objects.get()
    assert (found.kind, found.state) == ("historic", "ended")
    assert Archived.objects.count() == 3


def test_the_command_says_what_it_kept(account, tmp_path, capsys):
    (tmp_path / "a.json").write_text(
        json.dumps([{"id": 7, "timestamp": "1330827600", "text": "停水"}]), "utf-8"
    )
    call_command("import_archive", str(tmp_path / "a.json"), account=account.public_id)
    assert "1 rows read: 1 kept, 0 there already, 0 rejected." in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_archive", str(tmp_path / "a.json"), account="nobody")
