"""Who is not heard in the fediverse stands in the hall: servers with the reason, single people only by number."""

from django.test import Client

from weiting.fediverse import actions
from weiting.hall.tests.make import Scene


def test_shut_out_servers_are_named_with_the_reason_and_people_are_not(s: Scene, client: Client) -> None:
    assert "目前没有屏蔽" in client.get("/about/").content.decode()
    actions.block("harm.example", "连发诈骗链接", by=None)
    actions.block("https://other.example/users/wangwu", "辱骂", by=None)
    html = client.get("/about/").content.decode()
    assert "harm.example" in html and "连发诈骗链接" in html and "另有 1 个账号" in html
    assert "wangwu" not in html and "other.example" not in html and "辱骂" not in html
    assert "連發" in client.get("/zh-hant/about/").content.decode()
