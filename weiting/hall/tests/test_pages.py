"""Every page as a citizen opens it: it is there, says the right things, and never what is not public."""

from typing import Any

import pytest
from django.test import Client

from weiting.fediverse.tests.make import account as make_actor
from weiting.hall.tests.make import ADDRESSES, Scene
from weiting.posts.models import Revision
from weiting.posts.tests import make

LANGUAGES = ("", "/zh-hant", "/en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_and_shows_no_draft(s: Scene, client: Client, language: str) -> None:
    for address in s.addresses:
        answer = client.get(language + address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        assert "绝密的草稿" not in html and "还没写完" not in html, address
        assert html.count("<h1") == 1, address
        assert 'rel="canonical"' in html and html.count("hreflang=") >= 4, address


def test_it_is_said_how_a_unit_is_followed_from_elsewhere(s: Scene, client: Client) -> None:
    told, at = "在 Mastodon 上关注", "/widgets/?unit=gongshui"
    assert f'href="{at}#follow"' in client.get("/u/gongshui/").content.decode()
    assert told not in client.get(at).content.decode()
    actor = make_actor(s.city.water)
    html = client.get(at).content.decode()
    assert told in html and f"@{actor.handle}@" in html
    assert told not in client.get("/widgets/?unit=jiaotong").content.decode()


def test_draft_has_no_page(s: Scene, client: Client) -> None:
    assert client.get(f"/p/{s.draft.public_id}/").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/u/nowhere/", "/c/nowhere/", "/t/nowhere/", "/h/nowhere/", "/s/yunxi/nowhere/", "/i/nowhere/", "/p/nowhere/",
     "/a/nowhere/", "/archive/2026/13/", "/archive/2031/", "/archive/2026/2/30/", "/w/unit/nowhere/"],
)  # fmt: skip
def test_what_is_not_there_is_said(s: Scene, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_changed_by_posting(s: Scene, client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_archive_leads_only_to_days_on_which_something_was_said(s: Scene, client: Client) -> None:
    first = client.get("/archive/2026/11/20/").content.decode()
    assert 'rel="prev"' not in first and '/archive/2026/11/21/"' in first
    assert client.get("/archive/2021/5/4/").content.decode().count('rel="prev"') == 0


def test_sub_hall_shows_its_own_units_only(s: Scene, client: Client) -> None:
    html = client.get("/h/xishan/").content.decode()
    assert "西山发布" in html and "松岭坡有小塌方" in html and "西园换水表" not in html
    assert client.get("/h/yunxi/").status_code == 301


def test_empty_installation_says_what_to_do(db, client: Client) -> None:
    assert "/desk/" in client.get("/").content.decode()


def test_home_figures_are_the_lengths_of_the_lists_they_open(s: Scene, client: Client) -> None:
    home = client.get("/").content.decode()
    assert '<a href="/archive/2026/11/21/"><b>5</b>' in home
    assert client.get("/archive/2026/11/21/").content.decode().count('class="post"') == 5
    assert '<a href="/promises/"><b>1</b>' in home


def test_correction_is_struck_and_explained_everywhere(s: Scene, client: Client) -> None:
    for address in ("/", "/u/gongshui/", f"/p/{s.corrected.public_id}/", "/corrections/", "/search/?q=西园"):
        html = client.get(address).content.decode()
        assert "<del>14:00</del> <ins>16:00</ins>" in html, address


def test_versions_can_be_cited_with_what_changed(s: Scene, client: Client) -> None:
    first = client.get(f"/p/{s.corrected.public_id}/v/1/").content.decode()
    second = client.get(f"/p/{s.corrected.public_id}/v/2/").content.decode()
    assert "14:00" in first and "<del>14:00</del><ins>16:00</ins>" in second.replace(" ", "")
    assert s.corrected.live.content_hash in second
    assert client.get(f"/p/{s.corrected.public_id}/v/3/").status_code == 404


def test_withdrawn_post_keeps_its_address_but_not_its_words(s: Scene, client: Client) -> None:
    html = client.get(f"/p/{s.withdrawn.public_id}/").content.decode()
    assert "发错单位" in html and "这段话不该在这里" not in html
    assert client.get(f"/p/{s.withdrawn.public_id}/v/1/").status_code == 404


def test_what_an_editor_typed_cannot_become_markup(s: Scene, client: Client) -> None:
    html = client.get(f"/p/{s.kept.public_id}/").content.decode()
    assert "<b>早</b>" not in html and "&lt;b&gt;早" in html


def test_promise_and_outcome_lead_to_each_other(s: Scene, client: Client) -> None:
    assert f"/p/{s.kept.public_id}/" in client.get(f"/p/{s.promise.public_id}/").content.decode()
    assert f"/p/{s.promise.public_id}/" in client.get(f"/p/{s.kept.public_id}/").content.decode()


def test_pairs_show_on_both_pages(s: Scene, client: Client) -> None:
    assert f"/p/{s.plain.public_id}/" in client.get(f"/p/{s.kept.public_id}/").content.decode()
    assert f"/p/{s.kept.public_id}/" in client.get(f"/p/{s.plain.public_id}/").content.decode()


def test_silent_unit_is_shown_as_silent(s: Scene, client: Client) -> None:
    assert "60" in client.get("/units/?state=silent").content.decode()
    assert "/u/jiaotong/" in client.get("/units/?state=silent").content.decode()
    assert "/u/gongshui/" not in client.get("/units/?state=silent").content.decode()


@pytest.mark.parametrize(("typed", "answer"), [("@云溪供水", "official"), ("云溪供水官方客服", "unknown")])
def test_register_answers_whether_an_account_is_real(
    s: Scene, client: Client, typed: str, answer: str
) -> None:
    assert f'class="verdict {answer}"' in client.get("/register/", {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["停水", "tingshui", "東園", "停水 -西园"])
def test_search_finds_and_marks(s: Scene, client: Client, typed: str) -> None:
    html = client.get("/search/", {"q": typed}).content.decode()
    assert "<mark>" in html and f"/p/{s.plain.public_id}/" in html


def test_search_that_finds_nothing_helps(s: Scene, client: Client) -> None:
    html = client.get("/search/", {"q": "停睡早知到"}).content.decode()
    assert "停水早知道" in html


@pytest.mark.parametrize("typed", ["'", '"', "<script>", "%00\x00", "x" * 5000, "& | ! ( ) :*", "-", "😀"])
def test_search_takes_whatever_is_typed(s: Scene, client: Client, typed: str) -> None:
    answer = client.get("/search/", {"q": typed, "page": "-1", "year": "²", "unit": "\x00"})
    assert answer.status_code == 200 and "<script>" not in answer.content.decode()


def test_traditional_page_is_traditional(s: Scene, client: Client) -> None:
    html = client.get(f"/zh-hant/p/{s.plain.public_id}/").content.decode()
    body = html.partition("<body")[2]
    assert "東園社區" in body and "东园社区" not in body


def test_data_for_search_engines_cannot_be_broken_out_of(s: Scene, client: Client) -> None:
    Revision.objects.filter(post=s.plain).update(title="</script><script>alert(1)")
    html = client.get(f"/p/{s.plain.public_id}/").content.decode()
    assert "</script><script>alert" not in html


def test_a_month_names_each_day_once(s: Scene, client: Client, freeze: Any) -> None:
    # Half of Shanghai's day is another day in Greenwich.
    freeze("2026-11-21 07:00")
    make.published(s.city, "早上七点")
    html = client.get("/archive/2026/11/").content.decode()
    assert html.count('<li class="on">') == 2


def test_what_a_unit_answers_for_leads_to_what_it_said_about_it(s: Scene, client: Client) -> None:
    html = client.get("/u/gongshui/").content.decode()
    assert 'href="/search/?q=%E5%81%9C%E6%B0%B4&amp;unit=gongshui"' in html


def test_nothing_found_leads_to_whom_to_ask(s: Scene, client: Client) -> None:
    assert 'href="/speak/?q=' in client.get("/search/?q=没有的词").content.decode()
