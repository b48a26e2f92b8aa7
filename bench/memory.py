"""The resident memory of one web process after it has served every kind of page in every language."""

import subprocess
import sys

from bench.cold import pages
from bench.site import site
from bench.table import Result, give
from config import env as environment

AIM_MB = 250


def _bare() -> int:
    """Return the memory of a Python that has done no more than set Django up with the same settings."""
    code = (
        "import django, psutil; django.setup(); from django.urls import get_resolver;"
        "get_resolver().url_patterns; print(psutil.Process().memory_info().rss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment.as_environ(environment.current()), "DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=environment.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout)


def measure() -> list[Result]:
    """Serve each kind of page in each language, and the newest posts, then look."""
    from urllib.parse import quote

    from weiting.posts.models import Post

    found = list(pages().values())
    found += [
        f"/p/{key}/"
        for key in Post.objects.filter(state="published").values_list("public_id", flat=True)[:300]
    ]
    with site() as hall:
        start = hall.memory()
        for language in ("", "/zh-hant", "/en"):
            for path in found:
                hall.get(quote(f"{language}{path}", safe="/?=&"))
        after = hall.memory()
    bare = _bare()
    return [
        Result(
            f"memory after {3 * len(found):,} pages",
            f"{after / 2**20:.0f} MB",
            f"Python with Django set up {bare / 2**20:.0f} MB",
            f"{after / bare:.1f} ×",
            f"≤ {AIM_MB} MB",
            after <= AIM_MB * 2**20,
            f"{start / 2**20:.0f} MB before the first",
        )
    ]


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
