"""Importing old posts with versions, hashes, search entries and audit, against reading and inserting them bare."""

import csv
import tempfile
import time
from pathlib import Path

from bench.table import Result, give

ROWS = 20_000
AIM = 1000
REAL_CITY = "3301"


def _write(path: Path) -> None:
    """Write a file of old posts made from the demo's own texts."""
    from weiting.posts.models import Revision

    texts = list(Revision.objects.filter(post__state="published").values_list("body", flat=True)[:4000])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["mid", "time", "content", "forward"])
        for number in range(ROWS):
            at = f"20{10 + number % 10}-0{1 + number % 9}-1{number % 10} 08:{number % 60:02d}"
            writer.writerow([f"B{number}", at, f"{texts[number % len(texts)][:400]} {number}", number % 900])


def _bare(path: Path) -> float:
    """Read the file with csv and insert its rows into a table of four columns by executemany."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor, path.open(encoding="utf-8", newline="") as file:
        cursor.execute(
            "CREATE TABLE bench_bare (mid text primary key, at timestamp, words text, forward int)"
        )
        cursor.executemany("INSERT INTO bench_bare VALUES (%s, %s, %s, %s)", list(csv.reader(file))[1:])
    return ROWS / (time.perf_counter() - began)


def real() -> list[Result]:
    """Import a real account's posts, twice, and a real city's areas and streets, where the data is at hand."""
    from config import env as environment
    from weiting.core.mappings import load_mapping
    from weiting.posts import imports as posts
    from weiting.units.imports import import_divisions
    from weiting.units.models import Unit

    folder = environment.current().data
    if folder is None or not folder.is_dir():
        return [Result("real posts and a real city", "not measured", note="WEITING_DATA names no folder")]
    mapping = load_mapping(Path(posts.__file__).parent / "data" / "weibo_mapping.toml")
    old, unit = folder / "official_posts" / "cctvnews_2020.csv", Unit.objects.get(slug="fabu")
    began = time.perf_counter()
    first = posts.import_posts(old, mapping=mapping, unit=unit, by=None)
    took = time.perf_counter() - began
    again = posts.import_posts(old, mapping=mapping, unit=unit, by=None)
    began = time.perf_counter()
    city = import_divisions(folder / "divisions", REAL_CITY, by=None)
    city_took = time.perf_counter() - began
    return [
        Result(
            f"a real account's {first.read:,} posts, imported a second",
            f"{first.imported / took:,.0f}",
            aim=f"≥ {AIM:,}",
            is_met=first.imported / took >= AIM,
            note=f"{first.imported:,} imported, {first.rejected} rejected; the same file again: "
            f"{again.imported} imported, {again.already_there:,} there already",
        ),
        Result(f"a real city's {city.created} areas and streets", f"{city_took:.1f} s"),
    ]


def measure() -> list[Result]:
    """Import once, import again, and compare."""
    from weiting.core.mappings import mapping_from
    from weiting.posts.imports import import_posts
    from weiting.units.models import Unit

    mapping = mapping_from(
        {
            "columns": {"id": "mid", "time": "time", "body": "content", "reposts": "forward"},
            "dates": {"time": "%Y-%m-%d %H:%M"},
            "constants": {"source": "bench"},
        }
    )
    unit = Unit.objects.get(slug="fabu")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old.csv"
        _write(path)
        bare = _bare(path)
        rates = []
        for _run in range(2):
            began = time.perf_counter()
            outcome = import_posts(path, mapping=mapping, unit=unit, by=None)
            rates.append(ROWS / (time.perf_counter() - began))
        assert outcome.already_there == ROWS
    fresh, again = rates
    return [
        Result(
            f"posts imported a second ({ROWS:,} of them)",
            f"{fresh:,.0f}",
            f"bare insert {bare:,.0f}",
            f"{fresh / bare:.2f}",
            f"≥ {AIM:,}",
            fresh >= AIM,
            "sealed versions, search, audit",
        ),
        Result("the same file again, rows a second", f"{again:,.0f}"),
        *real(),
    ]


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
