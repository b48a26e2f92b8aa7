"""The contracts on imports hold, and each is broken by a planted breach: a contract that cannot break says nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

BREACHES = {
    "a module looks up": (
        "weiting/posts/planted.py",
        "import weiting.review.flow\n",
        "Modules look down only",
    ),
    "two in one row look at each other": (
        "weiting/media/planted.py",
        "import weiting.units.flow\n",
        "Modules look down only",
    ),
    "a model looks at its actions": (
        "weiting/notices/models.py",
        "import weiting.notices.actions\n",
        "Inside a module",
    ),
    "the product looks at its composition": (
        "weiting/units/planted.py",
        "import config.env\n",
        "The product does not know",
    ),
    "the text tools lean on Django": ("weiting/text/planted.py", "import django.db\n", "The text tools"),
    "a module borrows a face's view": (
        "weiting/demo/planted.py",
        "import weiting.hall.views\n",
        "Views are for addresses only",
    ),
    "somebody calls an adapter past the registry": (
        "weiting/publishing/planted.py",
        "import weiting.channels.adapters.weibo\n",
        "Only the registry knows the adapters",
    ),
    "an adapter leans on Django": (
        "weiting/channels/adapters/planted.py",
        "import django.db\n",
        "Adapters are plain Python",
    ),
    "the product leans on the sandbox": (
        "weiting/publishing/planted.py",
        "import weiting.sandbox.state\n",
        "Nothing of the product imports the sandbox",
    ),
}


def contracts(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over a copy of the tree."""
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tree), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our Python files that may be spoilt."""
    copy = tmp_path_factory.mktemp("tree")
    for package in ("weiting", "config"):
        shutil.copytree(
            ROOT / package,
            copy / package,
            ignore=shutil.ignore_patterns("static", "templates", "locale", "__pycache__", "content", "data"),
        )
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def test_contracts_are_kept(tree: Path) -> None:
    found = contracts(tree)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(("path", "line", "contract"), BREACHES.values(), ids=BREACHES)
def test_planted_breach_breaks_its_contract(tree: Path, path: str, line: str, contract: str) -> None:
    file = tree / path
    before = file.read_text() if file.exists() else None
    file.write_text((before or '"""Planted."""\n') + line)
    try:
        found = contracts(tree)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
    _kept, _, broken = found.stdout.partition("Broken contracts")
    assert found.returncode == 1 and contract in broken, found.stdout
