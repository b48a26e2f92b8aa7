"""The switches of look and language keep their promise and never lead away from the hall."""

import pytest
from django.test import Client

from weiting.ui import bundles
from weiting.ui.look import Look

pytestmark = pytest.mark.urls("weiting.ui.tests.urls_for_errors")


def test_look_is_read_from_its_cookie() -> None:
    assert Look.read("elder.contrast") == Look(elder=True, contrast=True)
    assert Look.read("elder.nonsense") == Look(elder=True)
    assert str(Look(contrast=True)) == "contrast"


def test_switches_add_up_and_lead_back(client: Client) -> None:
    response = client.get("/ui/look/", {"elder": "1", "next": "/posts/?q=a"})
    assert response["Location"] == "/posts/?q=a"
    client.post("/ui/look/", {"contrast": "1"})
    assert client.cookies["look"].value == "elder.contrast"
    client.get("/ui/look/", {"elder": "0"})
    assert client.cookies["look"].value == "contrast"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
@pytest.mark.parametrize("switch", ["look", "language"])
def test_switches_never_lead_away(client: Client, switch: str, away: str) -> None:
    assert client.get(f"/ui/{switch}/", {"to": "en", "next": away})["Location"] == "/"


def test_pages_wear_the_look(client: Client) -> None:
    client.cookies["look"] = "elder.contrast"
    html = client.get("/refuse/gone/").content.decode()
    assert 'data-size="elder"' in html
    assert 'data-contrast="high"' in html


def test_language_is_kept_and_spoken(client: Client) -> None:
    client.get("/ui/language/", {"to": "en", "next": "/desk/refuse/gone/"})
    html = client.get("/desk/refuse/gone/").content.decode()
    assert '<html lang="en"' in html
    assert "We cannot find this" in html


def test_unknown_language_changes_nothing(client: Client) -> None:
    client.get("/ui/language/", {"to": "xx"})
    assert "django_language" not in client.cookies


def test_guide_is_for_staff_only(client: Client) -> None:
    assert client.get("/ui/guide/").status_code == 404


@pytest.mark.parametrize(("face", "most"), [("hall", 12_000), ("desk", 12_000)])
def test_style_sheet_is_small_and_kept_for_ever(client: Client, face: str, most: int) -> None:
    bundle = bundles.bundle(face)
    assert len(bundle.packed) <= most
    response = client.get(f"/ui/{face}-{bundle.digest}.css", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert "immutable" in response["Cache-Control"]
    assert client.get(f"/ui/{face}-000000000000.css")["Cache-Control"] == "no-cache"
    assert client.get("/ui/other-000000000000.css").status_code == 404
