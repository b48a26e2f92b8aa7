"""A refusal becomes a page, a fragment or problem+json, and nothing typed is lost."""

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("weiting.ui.tests.urls_for_errors")


@pytest.mark.parametrize(
    ("kind", "status"),
    [("gone", 404), ("forbidden", 403), ("invalid", 422), ("conflict", 409), ("often", 429), ("down", 503)],
)
def test_page_has_the_status_and_the_sentence(client: Client, kind: str, status: int) -> None:
    response = client.get(f"/refuse/{kind}/")
    assert response.status_code == status
    assert "。" in response.content.decode()
    assert "<h1>" in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_page_says_which_sentence(client: Client) -> None:
    assert "王芳两分钟前已经审过了。" in client.get("/refuse/conflict/").content.decode()


def test_htmx_gets_a_fragment_for_the_messages(client: Client) -> None:
    response = client.post("/refuse/invalid/", {"title": "x"}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#messages"
    html = response.content.decode()
    assert "标题太长。" in html
    assert "<html" not in html


def test_boosted_page_gets_a_page(client: Client) -> None:
    response = client.get("/refuse/gone/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<html" in response.content.decode()


def test_machine_gets_problem_json(client: Client) -> None:
    response = client.get("/refuse/conflict/", headers={"Accept": "application/json"})
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "posts.stale"
    assert response.json()["status"] == 409
    assert response.json()["detail"] == "王芳两分钟前已经审过了。"


def test_machine_gets_the_fields(client: Client) -> None:
    response = client.get("/refuse/invalid/", headers={"Accept": "application/problem+json"})
    assert response.json()["fields"] == {"title": ["标题太长。"]}


def test_browser_is_not_a_machine(client: Client) -> None:
    response = client.get("/refuse/gone/", headers={"Accept": "text/html,application/json;q=0.9"})
    assert response["Content-Type"].startswith("text/html")


def test_waiting_time_is_told(client: Client) -> None:
    assert client.get("/refuse/often/")["Retry-After"] == "60"


def test_typed_text_is_kept_on_a_conflict(client: Client) -> None:
    sent = {
        "text": "明天停水。\n送水车在南门。",
        "password": "hunter two",
        "csrfmiddlewaretoken": "abc def",
        "version": "4",
        "seen": "9f86d081884c7d65",
    }
    html = client.post("/refuse/conflict/", sent).content.decode()
    assert "送水车在南门。" in html
    assert "readonly" in html
    for secret in ("hunter two", "abc def", "9f86d081884c7d65"):
        assert secret not in html


def test_way_back_is_only_to_ourselves(client: Client) -> None:
    ours = client.get("/refuse/conflict/", headers={"Referer": "http://testserver/desk/posts/1/"})
    assert "http://testserver/desk/posts/1/" in ours.content.decode()
    theirs = client.get("/refuse/conflict/", headers={"Referer": "https://evil.example/"})
    assert "evil.example" not in theirs.content.decode()


def test_way_out_of_the_desk_leads_to_the_desk(client: Client) -> None:
    assert 'href="/desk/"' in client.get("/desk/refuse/gone/").content.decode()
    assert 'href="/"' in client.get("/refuse/gone/").content.decode()


def test_unknown_address_says_what_to_do(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到这一页" in response.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "422", "429", "500", "503"])
def test_error_pages_need_no_context(name: str) -> None:
    from django.template.loader import render_to_string

    where = f"{name}.html" if name in {"400", "403", "403_csrf", "404", "500"} else f"ui/errors/{name}.html"
    assert "<h1>" in render_to_string(where)
