"""Makes the pages of docs/reference that are taken from the code, and says which of them are stale.

The pages are made by the modules that know the facts; here is only the list, so that one command makes them all and
one check finds the page that somebody forgot.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import django

from config import env


def _desk() -> str:
    from weiting.desk import permissions

    return permissions.page()


def _roles() -> str:
    from weiting.units.management.commands import docs_roles

    return docs_roles.roles_page()


def _policies() -> str:
    from weiting.review import table

    return table.page()


def _states() -> str:
    from config import states

    return states.page()


def _channel(kind: str) -> Callable[[], str]:
    def made() -> str:
        from weiting.channels import reference

        return reference.page(kind)

    return made


def _assisted() -> str:
    from weiting.channels import reference

    return reference.assisted()


# Where each page lies, and what makes it. Imported when asked for: models need Django to be ready.
PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/settings.md": env.settings_page,
    ".env.example": env.example_file,
    "docs/reference/states.md": _states,
    "docs/reference/roles.md": _roles,
    "docs/reference/permissions.md": _desk,
    "docs/reference/review-policies.md": _policies,
    "docs/reference/channels/weibo.md": _channel("weibo"),
    "docs/reference/channels/wechat.md": _channel("wechat"),
    "docs/reference/channels/mastodon.md": _channel("mastodon"),
    "docs/reference/channels/assisted.md": _assisted,
}


def stale(root: Path = env.ROOT) -> Iterator[tuple[Path, str]]:
    """Find the pages below `root` that are missing or say something else than the code; with what they should say."""
    for name, made in PAGES.items():
        path, text = root / name, made()
        if not path.exists() or path.read_text("utf-8") != text:
            yield path, text


def main(arguments: list[str] | None = None, root: Path = env.ROOT) -> int:
    """Write the stale pages, or with --check only name them and fail when there is one."""
    parser = argparse.ArgumentParser(prog="python -m config.reference", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")
    options = parser.parse_args(arguments)
    found = list(stale(root))
    for path, text in found:
        name = path.relative_to(root)
        if options.check:
            sys.stdout.write(f"{name} is stale: run python -m config.reference.\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} is made anew.\n")
    return int(options.check and bool(found))


if __name__ == "__main__":
    env.name_settings_module()
    django.setup()
    sys.exit(main())
