"""Every write verb of the product: who did it is always asked, and what it changes is always said."""

import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

import weiting
from tests.architecture import rules
from weiting.core.actions import action

# Acts in which nobody decides anything: the step before has a name, or the clock is the only cause. May only shrink.
WITHOUT_SOMEBODY = {
    "weiting.audit.actions.seal_days": "the day has ended; the head is written whoever is there",
    "weiting.posts.actions.opening.became_public": "part of a release, which names who planned it",
    "weiting.posts.actions.opening.became_hidden": "part of a withdrawal, which names who withdrew",
    "weiting.posts.actions.opening.became_out_of_date": "the time the editor set has come",
    "weiting.posts.actions.reminding.remind_due": "a day before, and the day itself, have come",
    "weiting.publishing.actions.releasing.release_one": "the time of the plan has come; the plan names its planner",
    "weiting.publishing.actions.telling.tell_stopped": "nothing is decided: people are told what stands in the rows",
    "weiting.review.actions.links.use_link": "the link itself says whom it was made for",
    "weiting.review.actions.rounds.void_changed": "the text is not the one that was submitted; nobody decides that",
}


def actions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every function marked as an action, by its home."""
    for module in pkgutil.walk_packages(weiting.__path__, "weiting."):
        parts = module.name.split(".")
        if len(parts) < 3 or parts[2] != "actions":
            continue
        for name, found in vars(import_module(module.name)).items():
            if getattr(found, "is_action", False) and found.__module__ == module.name:
                yield f"{module.name}.{name}", found


FOUND = dict(actions())
PUBLIC = {home: found for home, found in FOUND.items() if not home.split(".")[-1].startswith("_")}


def takes_somebody(found: Callable[..., Any]) -> bool:
    """Say whether a verb takes the acting person as the keyword `by`."""
    by = inspect.signature(found).parameters.get("by")
    return by is not None and by.kind is inspect.Parameter.KEYWORD_ONLY


def test_there_are_verbs_to_look_at() -> None:
    assert {"start_post", "submit_post", "plan_release"} <= {home.split(".")[-1] for home in PUBLIC}


@pytest.mark.parametrize("home", sorted(PUBLIC))
def test_verb_names_who_acts(home: str) -> None:
    assert takes_somebody(PUBLIC[home]) or WITHOUT_SOMEBODY.get(home)


@pytest.mark.parametrize("home", sorted(PUBLIC))
def test_verb_says_what_it_changes(home: str) -> None:
    said = inspect.getdoc(PUBLIC[home]) or ""
    assert (
        len(said.split()) >= 3 and said.split("\n")[0].rstrip().endswith((".", ";", ":", ",")) or "." in said
    )


# What accounts does to a sign-in without asking who may: units, which knows roles, asks first.
UNASKED = re.compile(r"\b(create_person|deactivate_person|reactivate_person|renew_credentials)\b")
ASKING = ("weiting/accounts/", "weiting/units/", "weiting/demo/loader/")


def unasked(name: str, text: str) -> list[str]:
    """List the acts on sign-ins that a file names although it is not for it to ask who may."""
    return [] if name.startswith(ASKING) else UNASKED.findall(text)


def test_sign_ins_are_changed_only_where_roles_are_known() -> None:
    found = {
        name: hits
        for path in rules.sources()
        if (hits := unasked(name := path.relative_to(rules.ROOT).as_posix(), path.read_text()))
    }
    assert found == {}


def test_a_face_that_changes_a_sign_in_itself_would_be_found() -> None:
    planted = "sign_ins.reactivate_person(found, by=person)"
    assert unasked("weiting/desk/views/teams.py", planted) == ["reactivate_person"]


def test_exceptions_are_still_needed() -> None:
    assert {home for home in WITHOUT_SOMEBODY if home not in PUBLIC or takes_somebody(PUBLIC[home])} == set()


def test_verb_without_somebody_would_be_found() -> None:
    @action
    def forget(post: object) -> None:
        """Forget a post."""

    @action
    def remember(post: object, *, by: object) -> None:
        """Remember a post."""

    assert (takes_somebody(forget), takes_somebody(remember)) == (False, True)
