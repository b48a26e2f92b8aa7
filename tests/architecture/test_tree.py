"""The rules over the whole tree."""

import re
import subprocess
from itertools import product
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture import rules
from weiting.core.flow import ALL, Flow, Move

FILES = list(rules.sources())
TEMPLATES = sorted(rules.PACKAGE.rglob("templates/**/*.html"))

# Named exceptions may only shrink. Each says why.
LONG_FILES = {
    # One noun's columns stay in one place; splitting them would scatter the contract.
    "weiting/posts/models.py": 620,
    "weiting/units/models.py": 480,
}
LONGEST_FILE = 400


def name(path: Path) -> str:
    return str(path.relative_to(rules.ROOT))


def breaches(check) -> list[str]:  # type: ignore[no-untyped-def]
    return [found for path in FILES for found in check(path.read_text(), name(path))]


def test_foreign_keys_point_down() -> None:
    assert rules.relation_breaches(apps.get_models()) == []


def test_models_are_written_by_their_own_actions_only() -> None:
    assert breaches(rules.write_breaches) == []


def test_state_is_moved_by_flows_only() -> None:
    assert breaches(rules.state_breaches) == []


def test_every_file_says_what_it_is_for() -> None:
    assert breaches(rules.first_line_breaches) == []


def test_no_import_of_ours_hides_in_a_function() -> None:
    # config/ is the composition root: it may look at us only once Django is ready.
    assert [found for found in breaches(rules.hidden_import_breaches) if found.startswith("weiting/")] == []


def test_every_function_says_what_it_returns() -> None:
    assert breaches(rules.typing_breaches) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_names_only_what_lies_below(path: Path) -> None:
    assert rules.template_breaches(path.read_text(), rules.module_of(path)) == []


def test_no_file_becomes_a_warehouse() -> None:
    too_long = {
        name(path): lines
        for path in FILES
        if "demo/content" not in name(path)
        and (lines := len(path.read_text().splitlines())) > LONG_FILES.get(name(path), LONGEST_FILE)
    }
    assert too_long == {}


def test_nothing_private_is_in_the_tree() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=rules.ROOT, capture_output=True, check=True
    ).stdout.decode()
    found = {}
    for each in filter(None, tracked.split("\0")):
        path = rules.ROOT / each
        if each.startswith("tests/architecture/") or not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if hits := rules.privacy_breaches(text):
            found[each] = hits[:3]
    assert found == {}


# flows: every (state, move) pair, from the declarations

OUR_FLOWS = [flow for flow in ALL if flow.__module__.startswith("weiting.")]


@pytest.mark.parametrize(
    ("flow", "state", "step"),
    [
        pytest.param(flow, state, step, id=f"{flow.tag}:{state}:{step.name}")
        for flow in OUR_FLOWS
        for state, step in product(flow.states.values, list(flow.moves()))
    ],
)
def test_move_is_offered_exactly_where_it_is_declared(flow: type[Flow], state: str, step: Move) -> None:
    assert (step in flow.available(state)) == (state in step.sources)


def test_states_reference_is_fresh() -> None:
    page = (rules.ROOT / "docs/reference/states.md").read_text()
    missing = [flow.tag for flow in OUR_FLOWS if flow.mermaid() not in page]
    assert missing == [], "run: python -m config.reference"


def test_there_is_no_object_for_a_covert_voice() -> None:
    """Principle 1: every text has a unit, every account stands in the register, nothing can be unlisted."""
    post, account = apps.get_model("posts", "Post"), apps.get_model("units", "Account")
    assert not post._meta.get_field("unit").null and not account._meta.get_field("unit").null
    names = re.compile(r"covert|sock|unlisted|hidden_account|shadow")
    assert [m.__name__ for m in apps.get_models() if names.search(m.__name__.lower())] == []
    assert not [f.name for f in account._meta.fields if f.name in {"is_listed", "is_hidden", "is_secret"}]
