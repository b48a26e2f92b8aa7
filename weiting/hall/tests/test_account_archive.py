"""What stood on a platform that has closed is read in the hall, from the page of its account."""

from datetime import timedelta

import pytest

from weiting.channels import actions
from weiting.channels.archive import Row
from weiting.core import clock
from weiting.review.tests import make
from weiting.units import actions as units

pytestmark = pytest.mark.django_db


def test_the_texts_of_a_closed_account_are_read_in_the_hall(client):
    unit = make.city().water
    account = units.apply_account(unit, "tencent_weibo", "云溪供水老号", by=None)
    units.file_account(account, by=None)
    units.close_account(account, "平台关停", by=None)
    at = f"/a/{account.public_id}/"
    assert f"{at}archive/" not in client.get(at).content.decode()
    assert client.get(f"{at}archive/").status_code == 404
    rows = [Row(str(n), clock.now() - timedelta(days=n), f"第 {n} 条 <b>停水</b>") for n in range(31)]
    actions.bring_archive(account, rows, by=None)
    assert f"{at}archive/" in client.get(at).content.decode()
    html = client.get(f"{at}archive/").content.decode()
    assert "第 0 条 &lt;b&gt;" in html and "第 30 条" not in html and "平台" in html
    assert "第 0 條" in client.get(f"/zh-hant{at}archive/").content.decode()
