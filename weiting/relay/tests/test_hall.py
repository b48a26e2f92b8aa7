"""What readers see: one row for one text whoever passed it on, whose text it is, what became of it, the coverage."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.tests.make import fresh
from weiting.relay.tests import make as relays
from weiting.relay.tests.test_following import correct
from weiting.units.models import Section, SectionUnit

pytestmark = pytest.mark.django_db


@pytest.fixture
def s(freeze):
    return relays.scene(freeze)


def shown(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_readers_of_the_hall_see_one_row_however_many_units_passed_it_on(s, freeze):
    call = s.open(is_public=True)
    for number in range(3):
        s.passed(freeze, s.ask(call, number))
    home, feed = shown("/"), shown("/feed.atom")
    assert "转发：" not in home and "转发：" not in feed
    assert home.count("3 家单位转发了") == 1 and f"/relays/{call.public_id}/" in home


def test_a_list_without_the_original_keeps_the_first_that_passed_it_on(s, freeze):
    call = s.open()
    section = Section.objects.create(hall=s.city.hall, slug="jiedao", name="街道")
    for number, unit in enumerate(s.units):
        SectionUnit.objects.create(section=section, unit=unit)
        s.passed(freeze, s.ask(call, number))
    page = shown("/s/yunxi/jiedao/")
    assert page.count("<h3><a") == 1 and "转发：" in page


def test_a_unit_page_names_whose_text_it_passed_on(s, freeze):
    s.passed(freeze, s.ask(s.open()), line="我们这里也热。")
    page = shown("/u/jiedao-1/")
    assert "转发自" in page and "云溪供水" in page and "我们这里也热。" in page


def test_a_changed_original_shows_at_once_where_it_was_passed_on(s, freeze):
    ask = s.passed(freeze, s.ask(s.open()))
    where = f"/p/{ask.post.public_id}/"
    assert "原文已更正" not in shown(where)
    correct(s, freeze)
    assert "原文已更正" in shown(where) and "原文有变动" in shown("/u/jiedao-1/")
    publishing.withdraw_post(fresh(s.post), "发错了。", by=s.city.final)
    assert "原文已撤回" in shown(where)
    assert Post.objects.get(pk=ask.post_id).state == "published"


def test_the_coverage_of_a_public_call_is_for_everybody_and_of_others_for_nobody(s, freeze):
    call = s.open(is_public=True)
    s.passed(freeze, s.ask(call))
    page = shown(f"/relays/{call.public_id}/")
    assert "33.33%" in page and "第1街道" in page and "/relay/v1/calls/" in page
    assert shown(f"/zh-hant/relays/{call.public_id}/") and shown(f"/en/relays/{call.public_id}/")
    type(call).objects.update(is_public=False)
    assert Client().get(f"/relays/{call.public_id}/").status_code == 404


def test_more_units_cost_the_coverage_no_more_queries(s, freeze):
    call = s.open(is_public=True)
    s.passed(freeze, s.ask(call))

    def count(address: str) -> int:
        Client().get(address)
        with CaptureQueriesContext(connection) as caught:
            shown(address)
        return len(caught)

    pages = [f"/relays/{call.public_id}/", "/", "/u/jiedao-1/"]
    before = [count(page) for page in pages]
    for number in range(1, 3):
        s.passed(freeze, s.ask(call, number))
    assert [count(page) for page in pages] == before and max(before) <= 18
