"""Importing old posts with versions, hashes, search entries and audit, against reading and inserting them bare."""

import csv
import tempfile
import time
from pathlib import Path

from bench.table import Result, give

ROWS = 20_000
AIM = 1000


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
    ]


if __name__ == "__main__":
    import django

    django.setup()
    give(measure())
