"""Every role against every address of the desk: what opens, what does not exist, and what nobody has declared."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from weiting.accounts.models import Person
from weiting.channels.models import Connection
from weiting.desk import permissions
from weiting.desk.permissions import Address
from weiting.review.tests import make
from weiting.units import actions as units
from weiting.units.models import Unit
from weiting.units.roles import Role

SignIn = Callable[[Person], Client]
PAGE = Path(__file__).parents[3] / "docs/reference/permissions.md"
ADDRESSES = [each for each in permissions.desk_addresses() if not each.is_signed_link]
# Pages without a parameter in their path that still need to be told about what: /units/open/?in=…
NEEDS_MORE = {"unit_open"}
# What belongs to the whole hall, not to a unit.
SHARED = {"import_template"}


def test_every_address_says_who_may_open_it() -> None:
    assert permissions.undeclared() == []


def test_the_page_of_the_reference_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == permissions.page(), "weiting manage docs_permissions"


def test_verbs_named_by_pages_exist() -> None:
    known = {"signed in", "signed link", *permissions.RULES}
    assert {verb for each in permissions.desk_addresses() for verb in each.who_may} <= known


def someone(role: Role, unit: Unit) -> Person:
    """Make somebody with exactly one role."""
    person = make.person(f"only-{role}-{unit.slug}")
    make.member(person, unit, role)
    return person


class Samples:
    """Things of the water unit that addresses may be about."""

    def __init__(self, c: make.City) -> None:
        round_ = make.submit(c)
        self.section = units.save_section(c.hall, by=None, name="民生")
        self.by_prefix = {
            "desk/review/": round_.public_id,
            "desk/units/": c.water.public_id,
            "desk/register/": units.apply_account(c.water, "weibo", "云溪供水", by=None).public_id,
            "desk/people/": c.editor.public_id,
            "desk/write/": make.post_of(round_).public_id,
            "desk/channels/": Connection.objects.create(
                unit=c.water, kind="screen", name="大厅屏幕", state="live"
            ).public_id,
        }

    def url(self, address: Address) -> str:
        """Return an address of this pattern about something of the water unit, or about nothing that exists."""
        found = next(
            (v for prefix, v in self.by_prefix.items() if address.route.startswith(prefix)), "nothing"
        )
        values = {
            "public_id": found,
            "slug": "yunxi",
            "name": "file",
            "what": "units",
            "form": "csv",
            "number": 1,
        }
        values["pk"] = self.section.pk if "sections" in address.route else 1
        return reverse(
            f"desk:{address.name}", kwargs={name: values[name] for name in _parameters(address.route)}
        )


def _parameters(route: str) -> list[str]:
    inside = [piece.partition(">")[0] for piece in route.split("<")[1:]]
    return [each.partition(":")[2] or each for each in inside]


def ask(client: Client, url: str) -> int:
    """Ask for a page; one that only takes what is sent is sent nothing."""
    answer = client.get(url)
    return client.post(url).status_code if answer.status_code == 405 else answer.status_code


def test_nothing_of_the_desk_opens_without_signing_in(c: make.City, client: Client) -> None:
    samples = Samples(c)
    got = {address.name: ask(client, samples.url(address)) for address in ADDRESSES}
    assert {name: status for name, status in got.items() if status != 302} == {}


# All addresses with one cast: signing in nineteen people for each of them would take minutes.
@pytest.mark.parametrize("role", Role, ids=str)
def test_an_address_opens_only_to_the_roles_it_is_for(role: Role, c: make.City, signed_in: SignIn) -> None:
    samples, desk, wrong = Samples(c), signed_in(someone(role, c.water)), {}
    for address in ADDRESSES:
        got = ask(desk, samples.url(address))
        if role not in address.roles:
            is_right = got == 404
        elif "<" in address.route or address.name in NEEDS_MORE:
            is_right = got < 500
        else:
            is_right = got < 500 and got != 404
        if not is_right:
            wrong[address.name] = got
    assert wrong == {}


def test_what_is_another_units_does_not_exist(c: make.City, signed_in: SignIn) -> None:
    samples, neighbour = Samples(c), make.person("neighbour")
    for role in Role:
        make.member(neighbour, c.roads, role)
    desk = signed_in(neighbour)
    about_water = [each for each in ADDRESSES if "<" in each.route and each.name not in SHARED]
    got = {address.name: ask(desk, samples.url(address)) for address in about_water}
    assert {name: status for name, status in got.items() if status != 404} == {}


def test_a_person_without_any_role_has_a_first_page_and_nothing_else(c: make.City, signed_in: SignIn) -> None:
    desk = signed_in(c.stranger)
    nobody = signed_in(make.person("nobody"))
    assert nobody.get("/desk/").status_code == 200
    for url in (
        "/desk/write/",
        "/desk/review/",
        "/desk/units/",
        "/desk/people/",
        "/desk/register/",
        "/desk/audit/",
    ):
        assert nobody.get(url).status_code == 404
    assert desk.get("/desk/units/").status_code == 200
