"""The register from the inside when it is longer than a page: found by name, page by page, at one price."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weiting.units.models import Account

pytestmark = pytest.mark.django_db


def accounts(unit, many: int) -> None:
    """Make refused accounts: of those a unit may have any number."""
    for number in range(many):
        Account.objects.create(unit=unit, platform="weibo", handle=f"云溪{number:03}号", state="refused")


def test_the_register_goes_on_on_further_pages(c, signed_in):
    accounts(c.water, 103)
    client = signed_in(c.hall_editor)
    first, second = (client.get("/desk/register/", {"page": n}).content.decode() for n in (1, 2))
    assert first.count("data-item") == 100 and "page=2" in first
    assert second.count("data-item") == 3 and "page=1" in second and "page=3" not in second


def test_an_account_is_found_by_a_part_of_its_name_in_its_state(c, signed_in):
    accounts(c.water, 3)
    client = signed_in(c.hall_editor)
    found = client.get("/desk/register/", {"q": "001", "state": "refused"}).content.decode()
    assert found.count("data-item") == 1 and "云溪001号" in found and 'value="refused"' in found
    assert "没有找到" in client.get("/desk/register/", {"q": "没有这个"}).content.decode()
    assert client.get("/desk/register/", {"q": "\x00", "page": "x"}).status_code == 200


def test_more_accounts_cost_no_more_queries(c, signed_in):
    client, costs = signed_in(c.hall_editor), []
    for unit in (c.water, c.roads):
        accounts(unit, 4)
        client.get("/desk/register/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/desk/register/")
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 12
