"""Translations without the gettext programs: find the texts, keep the catalogues, compile them, check them.

Texts are written in English; zh_Hans is translated by hand; zh_Hant is made from it by OpenCC, profile s2tw:
the characters common in traditional print (為, 裡), the vocabulary left as it is.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "weiting"
SOURCE, DERIVED, PROFILE = "zh_Hans", "zh_Hant", "s2tw"
_LEFT_OUT = {"tests", "migrations", "locale", "static", "__pycache__"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str | None, str]


@dataclass
class Text:
    """One text of the program: where it is, and its plural."""

    plural: str = ""
    files: list[str] = field(default_factory=list)


def modules() -> list[str]:
    """The modules that may have texts."""
    return sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def catalogue(module: str, locale: str = SOURCE) -> Path:
    """Where the catalogue of a module lies."""
    return PACKAGE / module / "locale" / locale / "LC_MESSAGES" / "django.po"


def _files(module: str) -> Iterator[Path]:
    for folder, inner, names in os.walk(PACKAGE / module):
        inner[:] = sorted(set(inner) - _LEFT_OUT)
        at = Path(folder)
        is_template = "templates" in at.relative_to(PACKAGE).parts
        for name in sorted(names):
            if name.endswith(".py") or (is_template and name.endswith((".html", ".txt", ".xml", ".svg"))):
                yield at / name


def _python(path: Path) -> str:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return source
    from django.utils.translation.template import templatize

    # What templatize leaves is no longer indented in Python's sense: the lines must all begin at the margin.
    return "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines()) + "\n"


def texts(module: str) -> dict[Key, Text]:
    """Every text in a module's Python files and templates, by context and English."""
    from babel.messages.extract import extract

    found: dict[Key, Text] = {}
    for path in _files(module):
        source = _python(path).encode()
        if not any(word.encode() in source for word in KEYWORDS):
            continue
        for _line, message, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            if not singular:
                continue
            text = found.setdefault((context, singular), Text())
            text.plural = text.plural or plural
            name = path.relative_to(ROOT).as_posix()
            if name not in text.files:
                text.files.append(name)
    return found


def read(path: Path) -> polib.POFile:
    """The catalogue at `path`, or an empty one with our header."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    made = polib.POFile(wrapwidth=100)
    made.metadata = {
        "Project-Id-Version": "weiting",
        "Language": SOURCE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return made


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt, entry.msgid)


def _entry(key: Key, text: Text, old: polib.POEntry | None) -> polib.POEntry:
    context, english = key
    made = polib.POEntry(
        msgid=english,
        msgid_plural=text.plural,
        occurrences=[(name, "") for name in text.files],
        comment=old.comment if old else "",
        tcomment=old.tcomment if old else "",
    )
    if context is not None:
        made.msgctxt = context
    kept = (old.msgstr_plural.get(0) or old.msgstr) if old else ""
    if text.plural:
        made.msgstr_plural = {0: kept}
    else:
        made.msgstr = kept
    if re.search(r"%(\([a-z_]+\))?[sd]", english):
        made.flags.append("python-format")
    return made


def update(module: str) -> str:
    """Bring a module's catalogue in line with its texts; translations stay, what is unused goes. Say what
    changed.
    """
    found, path = texts(module), catalogue(module)
    if not found and not path.exists():
        return f"{module}: no texts"
    po = read(path)
    old = {_key(entry): entry for entry in po if not entry.obsolete}
    fresh = read(Path("/nonexistent"))
    fresh.metadata = po.metadata or fresh.metadata
    ordered = sorted(found.items(), key=lambda item: (item[1].files[0], item[0][1], item[0][0] or ""))
    fresh.extend(_entry(key, text, old.get(key)) for key, text in ordered)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(fresh).rstrip() + "\n", encoding="utf-8")
    added, gone = found.keys() - old.keys(), old.keys() - found.keys()
    empty = sum(not _is_translated(entry) for entry in fresh)
    return f"{module}: {len(found)} texts, {len(added)} new, {len(gone)} gone, {empty} to translate"


def _is_translated(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr)


def _write_mo(po: polib.POFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    po.save_as_mofile(str(fresh))
    fresh.replace(path)  # At once, since another process may be reading it.


def stale() -> list[str]:
    """The modules whose compiled catalogues are absent or older than their source."""
    found = []
    for module in modules():
        source = catalogue(module)
        if not source.exists():
            continue
        made = [catalogue(module, locale).with_suffix(".mo") for locale in (SOURCE, DERIVED)]
        if any(not path.exists() or path.stat().st_mtime < source.stat().st_mtime for path in made):
            found.append(module)
    return found


def compile_all(names: Iterable[str]) -> None:
    """Write the compiled catalogues of these modules, zh_Hant from zh_Hans."""
    names = list(names)
    if not names:
        return
    from opencc import OpenCC

    converter = OpenCC(PROFILE)
    for module in names:
        if not catalogue(module).exists():
            continue
        po = read(catalogue(module))
        _write_mo(po, catalogue(module).with_suffix(".mo"))
        for entry in po:
            entry.msgstr = converter.convert(entry.msgstr)
            entry.msgstr_plural = {
                number: converter.convert(text) for number, text in entry.msgstr_plural.items()
            }
        po.metadata["Language"] = DERIVED
        _write_mo(po, catalogue(module, DERIVED).with_suffix(".mo"))


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\([a-z_0-9]+\)[sd]|\{[a-z_0-9]+\}|%[sd]", text))


def _said(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr)


def faults(module: str) -> list[str]:
    """What is wrong with a module's catalogue, a line each; empty when all is well."""
    found, path = texts(module), catalogue(module)
    entries = {_key(entry): entry for entry in read(path)}
    lines = [f"not in the catalogue: {english!r}" for _, english in found.keys() - entries.keys()]
    for key, entry in entries.items():
        if key not in found or entry.obsolete:
            lines.append(f"no longer used: {entry.msgid!r}")
        elif entry.fuzzy:
            lines.append(f"to be looked at again (fuzzy): {entry.msgid!r}")
        elif not _is_translated(entry):
            lines.append(f"not translated: {entry.msgid!r}")
        elif odd := _placeholders(_said(entry)) - _placeholders(entry.msgid + entry.msgid_plural):
            lines.append(f"places {', '.join(sorted(odd))} that the English lacks: {entry.msgid!r}")
        elif not entry.msgid_plural and (lost := _placeholders(entry.msgid) - _placeholders(_said(entry))):
            lines.append(f"lacks {', '.join(sorted(lost))}: {entry.msgid!r}")
    return [f"{module}: {line}" for line in sorted(lines)]


def clashes(names: Iterable[str]) -> list[str]:
    """Texts that two modules translate differently: Django joins all catalogues into one, so one would lose."""
    said: dict[Key, dict[str, list[str]]] = {}
    for name in names:
        for entry in read(catalogue(name)):
            if _is_translated(entry):
                said.setdefault(_key(entry), {}).setdefault(_said(entry), []).append(name)
    return [
        f"{' and '.join(' + '.join(sorted(who)) for who in versions.values())} differ: {english!r}"
        for (_, english), versions in sorted(said.items(), key=str)
        if len(versions) > 1
    ]


def main() -> int:
    """Run one of the three verbs over the modules named, or over all."""
    parser = argparse.ArgumentParser(prog="python -m config.messages", description=__doc__)
    parser.add_argument("verb", choices=["update", "compile", "check"])
    parser.add_argument("--stale", action="store_true", help="compile only what has changed")
    parser.add_argument("modules", nargs="*", metavar="module", help="all when none is named")
    options = parser.parse_args()
    names = options.modules or modules()
    if unknown := set(names) - set(modules()):
        parser.error(f"there is no module {', '.join(sorted(unknown))}")
    if options.verb == "compile":
        compile_all(set(names) & set(stale()) if options.stale else names)
        return 0
    lines = (
        [update(name) for name in names]
        if options.verb == "update"
        else [*(x for name in names for x in faults(name)), *clashes(modules())]
    )
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(options.verb == "check" and bool(lines))


if __name__ == "__main__":
    sys.exit(main())
