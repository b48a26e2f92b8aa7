"""The rules themselves, as functions from source to breaches, so that each can be tried on a planted breach."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "weiting"

# Lowest first; modules in one row do not know each other.
ROWS: list[frozenset[str]] = [
    frozenset({"core"}),
    frozenset({"jobs", "ui", "text"}),
    frozenset({"audit"}),
    frozenset({"accounts"}),
    frozenset({"notices"}),
    frozenset({"media", "units"}),
    frozenset({"posts"}),
    frozenset({"review"}),
    frozenset({"publishing"}),
    frozenset({"hall", "desk", "demo"}),
]
HEIGHT = {module: height for height, row in enumerate(ROWS) for module in row}


def sources(*, tests: bool = False) -> Iterator[Path]:
    """Yield our Python files, without migrations, and without tests unless asked."""
    for root in (PACKAGE, ROOT / "config"):
        for path in sorted(root.rglob("*.py")):
            if "migrations" in path.parts or (not tests and "tests" in path.parts):
                continue
            yield path


def module_of(path: Path) -> str:
    """Return the module (Django app) a file belongs to; "" outside the package."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "weiting" and len(parts) > 2 else ""


def may_know(upper: str, lower: str) -> bool:
    """Say whether one module may name another's things."""
    return upper == lower or HEIGHT.get(upper, 99) > HEIGHT.get(lower, -1)


# relations


def relation_breaches(models: Iterable[type]) -> list[str]:  # noqa: C901 - one walk, told apart by guards
    """List foreign keys that point up or sideways, or that grow a name on another module's model."""
    found = []
    for model in models:
        here = model._meta.app_label  # type: ignore[attr-defined]
        if here not in HEIGHT:
            continue
        for field in model._meta.get_fields():  # type: ignore[attr-defined]
            if not getattr(field, "related_model", None) or field.auto_created:
                continue
            there = field.related_model._meta.app_label
            if there == here or there not in HEIGHT:
                continue
            name = f"{model.__name__}.{field.name}"
            if not may_know(here, there):
                found.append(f"{name} points from {here} up to {there}")
            grows = not str(field.remote_field.related_name or "").endswith("+")
            if grows and name not in RELATED_NAMES_KEPT:
                found.append(f"{name} grows on {there}: give it related_name='+'")
    return found


# Memberships are how a person's roles are found: the one named exception.
RELATED_NAMES_KEPT = {"Membership.person"}

# writes

WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
}
# Where a model may be written: its module's actions and imports, the audit's own writer, and the demo's loader.
WRITERS = re.compile(r"/(actions(/\w+)?|imports(/\w+)?|importing(/\w+)?|tasks|managers|presets)\.py$")


def write_breaches(source: str, path: str) -> list[str]:
    """List `Model.objects….update(…)` and the like outside a module's actions."""
    if WRITERS.search(path) or re.search(r"/(demo|core|config)/|/config/", path):
        return []
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in WRITES and ".objects" in ast.unparse(node.func):
            found.append(f"{path}:{node.lineno} {ast.unparse(node.func)[:70]}")
    return found


def state_breaches(source: str, path: str) -> list[str]:
    """List assignments to `.state`, which only `core.flow.perform` makes."""
    if path.endswith("core/flow.py"):
        return []
    found = []
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        found += [
            f"{path}:{node.lineno}"
            for target in targets
            if isinstance(target, ast.Attribute) and target.attr == "state"
        ]
    return found


# first lines, functions, hidden imports


def first_line_breaches(source: str, path: str) -> list[str]:
    """List files that do not open by saying what they are responsible for."""
    tree = ast.parse(source)
    return [] if not tree.body or ast.get_docstring(tree) else [path]


def hidden_import_breaches(source: str, path: str) -> list[str]:
    """List imports of ours inside functions: the cycle they dodge is the bug."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            found += [f"{path}:{node.lineno} {name}" for name in names if name.split(".")[0] == "weiting"]
    return found


def typing_breaches(source: str, path: str) -> list[str]:
    """List functions without a written return type."""
    return [
        f"{path}:{node.lineno} {node.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]


# templates

URL_TAG = re.compile(r"""{%\s*url\s+["'](\w+):""")
INCLUDE_TAG = re.compile(r"""{%\s*(?:include|extends)\s+["'](\w+)/""")
INLINE = re.compile(
    r"""<style\b|\sstyle=|\son\w+=["']|<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>"""
)

# A line of a template holds one thing; sentences to be translated cannot be broken, which is why it is so long.
LONGEST_TEMPLATE_LINE = 300


def template_breaches(text: str, module: str) -> list[str]:
    """List names of upper modules in a template, inline style or script that the policy would block, and lines nobody
    can read."""
    found = []
    for pattern in (URL_TAG, INCLUDE_TAG):
        for name in pattern.findall(text):
            if name in HEIGHT and not may_know(module, name):
                found.append(f"{module} names {name}")
    found += [f"inline: {match.group(0).strip()[:40]}" for match in INLINE.finditer(text)]
    lengths = {number: len(line) for number, line in enumerate(text.splitlines(), 1)}
    found += [f"line {number} is {n} long" for number, n in lengths.items() if n > LONGEST_TEMPLATE_LINE]
    return found


# private things

PRIVATE = re.compile(
    r"(/work/|/home/\w+/|/root/|/Users/\w+/)|(pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org)"
)


def privacy_breaches(text: str) -> list[str]:
    """List machine paths and registry hosts."""
    return [match.group(0) for match in PRIVATE.finditer(text)]
