"""A page about something opens for the roles it is for, where they are held, and for nobody from elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.matrix.sample import Sample, arguments, everything_at, only
from weiting.accounts.models import Person
from weiting.desk import permissions
from weiting.desk.permissions import Address
from weiting.units.access import RULES
from weiting.units.roles import Role

ABOUT = [each for each in permissions.desk_addresses() if "<" in each.route and not each.is_signed_link]

# Pages that say "signed in" or name a weak verb, and the verb they then ask for at the thing's own unit.
NARROWER = {
    "round": "review.see",
    "verdict": "review.see",
    "remark": "review.see",
    "settle": "review.see",
    "recall": "review.see",
    "make_link": "review.see",
    "hand": "review.see",
    "away": "units.people.substitute",
    "back_again": "units.people.substitute",
    "hand_over": "units.duty.plan",
    "account_step": "units.account.file",
}
# About things that belong to the hall: their roles are held at the hall's own unit.
OF_THE_HALL = {"hall", "section", "section_new", "section_units", "section_move", "assignment"} | {
    "fediverse_lift",
    "fediverse_settle",
}
# What belongs to everybody: topics hold texts of all units, words are looked for in all of them.
SHARED = {"import_template", "topic", "word"}


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside: each question is asked of the same things."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, url: str, **typed: Any) -> int:
    """Ask for a page; one that only takes what is sent is sent what was typed."""
    with undone():
        answer = client.get(url)
        return client.post(url, typed).status_code if answer.status_code == 405 else answer.status_code


def signed_in(person: Person) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def address_of(sample: Sample, address: Address) -> str:
    """Return the page's address about the sample's thing of its kind."""
    return reverse(f"desk:{address.name}", kwargs=arguments(sample, address.name, address.route))


def test_there_is_a_thing_for_every_page_about_something(db: None, freeze: Any) -> None:
    sample = Sample(freeze)
    assert [address_of(sample, each) for each in ABOUT]


def expected(address: Address) -> frozenset[Role]:
    """Return the roles for which a page about the water unit's thing opens, where they are held."""
    verb = NARROWER.get(address.name)
    return RULES[verb] if verb else address.roles


def test_a_page_opens_for_every_role_it_is_for(db: None, freeze: Any) -> None:
    sample = Sample(freeze)
    wrong: dict[str, str] = {}
    at_water = {role: signed_in(only(role, sample.c.water)) for role in Role}
    at_hall = {role: signed_in(only(role, sample.c.root)) for role in Role}
    for address in ABOUT:
        desks = at_hall if address.name in OF_THE_HALL else at_water
        url = address_of(sample, address)
        for role in expected(address):
            got = ask(desks[role], url, **sample.typed(address.name))
            if got == 404 or got >= 500:
                wrong[f"{address.name} for {role}"] = str(got)
        # Where a page says "signed in" and means somebody in particular, the others are asked too.
        for role in set(address.roles) - expected(address) if address.name in NARROWER else ():
            got = ask(desks[role], url, **sample.typed(address.name))
            if got != 404:
                wrong[f"{address.name} not for {role}"] = str(got)
    assert wrong == {}


def test_nothing_of_another_unit_opens_whatever_one_is_at_home(db: None, freeze: Any) -> None:
    sample = Sample(freeze)
    desk = signed_in(everything_at(sample.c.roads, "neighbour"))
    asked = {each.name: address_of(sample, each) for each in ABOUT if each.name not in SHARED}
    got = {name: ask(desk, url, **sample.typed(name)) for name, url in asked.items()}
    assert {name: status for name, status in got.items() if status != 404} == {}


def test_a_page_that_opens_to_a_stranger_would_be_found(
    db: None, freeze: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = Sample(freeze)
    desk = signed_in(everything_at(sample.c.roads, "neighbour"))
    url = next(address_of(sample, each) for each in ABOUT if each.name == "round")
    assert ask(desk, url) == 404
    monkeypatch.setattr("weiting.review.queries.sees", lambda person, round_: True)
    assert ask(desk, url) == 200
