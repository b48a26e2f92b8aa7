"""Every managing page opens for those it is for, and stays shut for others."""

from collections.abc import Callable

import pytest
from django.test import Client

from weiting.accounts.models import Person
from weiting.posts.models import Post
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.models import Account, BatchUnit, Membership

SignIn = Callable[[Person], Client]

ADMIN_PAGES = [
    "/desk/", "/desk/policies/", "/desk/policies/new/", "/desk/policies/workdays/", "/desk/units/",
    "/desk/units/import/", "/desk/units/import/?what=people", "/desk/units/halls/", "/desk/units/halls/yunxi/",
    "/desk/units/halls/yunxi/section/", "/desk/units/batches/", "/desk/units/batches/new/", "/desk/register/",
    "/desk/people/", "/desk/people/?q=edi", "/desk/me/", "/desk/notices/", "/desk/notices/?show=all",
    "/desk/audit/", "/desk/units/?q=供水", "/desk/units/template/units.xlsx", "/desk/review/report/",
]  # fmt: skip


@pytest.mark.parametrize("url", ADMIN_PAGES)
def test_an_administrators_page_opens(url: str, c: make.City, admin: Person, signed_in: SignIn) -> None:
    answer = signed_in(admin).get(url, follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("url", ADMIN_PAGES)
def test_nobody_sees_a_desk_page_without_signing_in(url: str, c: make.City, client: Client) -> None:
    answer = client.get(url)
    assert answer.status_code == 302 and "/account/login/" in answer["Location"]


UNIT_PAGES = (
    "",
    "edit/",
    "move/",
    "close/",
    "remits/",
    "hall/",
    "appoint/",
    "colleague/",
    "shift/",
    "account/",
)


@pytest.mark.parametrize("url", UNIT_PAGES)
def test_a_units_pages_open_for_its_administrator_and_for_nobody_elsewhere(
    url: str, c: make.City, admin: Person, signed_in: SignIn
) -> None:
    hall_editor_only = {"remits/", "hall/", "shift/", "account/", "edit/"}
    address = f"/desk/units/{c.water.public_id}/{url}"
    assert signed_in(admin).get(address).status_code == 200
    if url in hall_editor_only:
        assert signed_in(c.hall_editor).get(address).status_code == 200
    assert signed_in(c.stranger).get(address).status_code == 404


def test_an_account_walks_through_its_life_by_the_desk(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    keeper = make.person("keeper")
    make.member(keeper, c.water, "spokesperson")
    desk = signed_in(keeper)
    answer = desk.post(
        f"/desk/units/{c.water.public_id}/account/", {"platform": "weibo", "handle": "云溪供水"}
    )
    assert answer.status_code == 302
    account = Account.objects.get()
    at = f"/desk/register/{account.public_id}/"
    assert desk.get(at).status_code == 200
    # Whoever applies does not file: that is for the registry.
    assert desk.post(f"{at}do/file/").status_code == 404
    registry = signed_in(admin)
    assert registry.post(f"{at}do/file/", {"number": ""}).status_code == 302
    assert desk.post(f"{at}do/open/").status_code == 302
    answer = desk.post(f"{at}do/freeze/", {"reason": ""})
    assert answer.status_code == 422
    assert desk.post(f"{at}do/freeze/", {"reason": "密码疑似泄露"}).status_code == 302
    account.refresh_from_db()
    assert account.state == "frozen"
    assert "密码疑似泄露" in desk.get(at).content.decode()


def test_a_colleague_is_brought_in_and_their_password_shown_once(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    desk = signed_in(admin)
    answer = desk.post(
        f"/desk/units/{c.water.public_id}/colleague/",
        {"name": "陈晏", "username": "chenyan", "role": "editor", "scope": "unit"},
    )
    made = Person.objects.get(username="chenyan")
    assert answer.status_code == 200 and "chenyan" in answer.content.decode()
    assert made.must_renew
    page = desk.get(f"/desk/people/{made.public_id}/")
    assert page.status_code == 200 and "陈晏" in page.content.decode()
    assert signed_in(c.stranger).get(f"/desk/people/{made.public_id}/").status_code == 404


def test_a_unit_administrator_cannot_renew_the_password_of_the_citys_administrator(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    local = make.person("local")
    make.member(local, c.water, "administrator")
    make.member(admin, c.water, "editor")
    assert signed_in(local).post(f"/desk/people/{admin.public_id}/password/").status_code == 404
    assert signed_in(local).post(f"/desk/people/{admin.public_id}/end/", {"reason": "x"}).status_code == 404


def test_the_first_page_speaks_the_persons_language(c: make.City, signed_in: SignIn) -> None:
    Person.objects.filter(pk=c.editor.pk).update(language="en")
    c.editor.refresh_from_db()
    answer = signed_in(c.editor).get("/desk/")
    assert '<html lang="en"' in answer.content.decode()
    assert answer.cookies["django_language"].value == "en"


def test_settings_are_changed_and_refusals_stand_at_their_field(c: make.City, signed_in: SignIn) -> None:
    desk = signed_in(c.editor)
    typed = {"name": "陈晏", "language": "zh-hant", "quiet_from": "22:00", "quiet_until": ""}
    answer = desk.post("/desk/me/", typed)
    assert answer.status_code == 422
    assert 'id="id_quiet_until-error"' in answer.content.decode()
    answer = desk.post("/desk/me/", {**typed, "quiet_until": "07:00"})
    assert answer.status_code == 302
    assert Person.objects.get(pk=c.editor.pk).language == "zh-hant"


def test_a_unit_is_closed_with_a_reason_and_its_page_says_so(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    desk = signed_in(admin)
    at = f"/desk/units/{c.section.public_id}/"
    assert desk.post(f"{at}close/", {"reason": ""}).status_code == 422
    assert desk.post(f"{at}close/", {"reason": "并入供水公司"}).status_code == 302
    assert "并入供水公司" in desk.get(at).content.decode()


def test_a_batch_is_started_and_ticked_off(c: make.City, admin: Person, signed_in: SignIn) -> None:
    desk = signed_in(admin)
    answer = desk.post(
        "/desk/units/batches/new/",
        {
            "name": "第一批",
            "deadline_on": "2027-01-01",
            "units": [c.water.pk],
            "checklist": "开通账号\n公布电话",
            "basis": "",
        },
    )
    assert answer.status_code == 302
    place = BatchUnit.objects.get()
    assert "公布电话" in desk.get(f"/desk/units/batches/{place.batch_id}/").content.decode()
    desk.post(f"/desk/units/batches/tick/{place.pk}/", {"step": "0", "done": "1"})
    place.refresh_from_db()
    assert set(place.done) == {"0"}


def test_a_hall_is_arranged_by_its_editor(c: make.City, signed_in: SignIn) -> None:
    desk = signed_in(c.hall_editor)
    section = units.save_section(c.hall, by=c.hall_editor, name="民生")
    desk.post(f"/desk/units/sections/{section.pk}/units/", {"units": [c.water.pk, c.roads.pk]})
    assert list(section.places.values_list("unit_id", flat=True)) == [c.water.pk, c.roads.pk]
    desk.post(f"/desk/units/sections/{section.pk}/move/", {"unit": c.roads.pk, "to": "up"})
    assert list(section.places.values_list("unit_id", flat=True)) == [c.roads.pk, c.water.pk]
    assert desk.get(f"/desk/units/sections/{section.pk}/units/").status_code == 200
    assert desk.get("/desk/units/halls/yunxi/").status_code == 200
    assert signed_in(c.editor).get("/desk/units/halls/yunxi/").status_code == 404


def test_today_holds_what_waits_and_empties(
    c: make.City, signed_in: SignIn, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    round_ = make.submit(c)
    desk = signed_in(c.first)
    page = desk.get("/desk/").content.decode()
    waiting = f'class="what" href="/desk/review/{round_.public_id}/"'
    assert "明天停水" in page and waiting in page
    make.approve(make.open_step(round_), c.first)
    assert waiting not in desk.get("/desk/").content.decode()
    desk = signed_in(c.editor)
    desk.get("/desk/")  # The first page of a session is written down as one.
    # Fifteen of its own; the rest is knowing who asks and from where.
    with django_assert_max_num_queries(20):
        desk.get("/desk/")
    assert Post.objects.count() == 1


def test_ending_a_role_asks_first_and_says_what_it_means(
    c: make.City, admin: Person, signed_in: SignIn
) -> None:
    held = Membership.objects.get(person=c.first, unit=c.water)
    page = f"/desk/people/{c.first.public_id}/"
    client = signed_in(admin)
    assert f"/desk/roles/{held.pk}/end/" in client.get(page).content.decode()
    question = client.get(f"/desk/roles/{held.pk}/end/").content.decode()
    assert c.first.name in question
    assert held.get_role_display() in question
    assert Membership.objects.filter(pk=held.pk, until_on__isnull=True).exists()
    answer = client.post(f"/desk/roles/{held.pk}/end/", {"next": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert not Membership.objects.filter(pk=held.pk, until_on__isnull=True).exists()
    assert signed_in(c.editor).get(f"/desk/roles/{held.pk}/end/").status_code == 404


@pytest.mark.parametrize("what", ["units", "people"])
def test_an_empty_table_is_offered_for_spreadsheets_and_as_text(
    admin: Person, signed_in: SignIn, what: str
) -> None:
    client = signed_in(admin)
    page = client.get(f"/desk/units/import/?what={what}").content.decode()
    assert f"/desk/units/template/{what}.csv" in page
    text = client.get(f"/desk/units/template/{what}.csv")
    # Marked, so that a spreadsheet shows Chinese.
    assert text.content.startswith(b"\xef\xbb\xbf")
    assert client.get(f"/desk/units/template/{what}.xlsx").content.startswith(b"PK")
    assert client.get(f"/desk/units/template/{what}.exe").status_code == 404
