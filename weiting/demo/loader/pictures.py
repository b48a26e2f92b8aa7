"""Draws the demo's pictures, has them cleaned and kept like any upload, and hands each unit its own asset.

A motif is drawn a few times with different seeds, and posts share them: an invented city needs no thousand files.
"""

import io
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from weiting.accounts.models import Person
from weiting.demo.content import pictures
from weiting.demo.content.shapes import Picture
from weiting.media import actions as media, pipeline
from weiting.media.models import Asset, Rights
from weiting.media.pipeline import Prepared
from weiting.units.models import Unit

VARIANTS = 2
Drawing = tuple[str, int]


def drawing_of(picture: Picture, *, is_own: bool) -> Drawing:
    """Choose the drawing a picture shows: one of its own, or one of the motif's few."""
    return picture.motif, picture.seed if is_own else picture.seed % VARIANTS


class Studio:
    """Draws in the background from the start, while the rest is being built."""

    def __init__(self, wanted: Iterable[Drawing]) -> None:
        self.pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="studio")
        self.drawn: dict[Drawing, Future[Prepared]] = {}
        # The most used come first, so that nobody waits long.
        for drawing, _count in Counter(wanted).most_common():
            self.drawn[drawing] = self.pool.submit(_draw, drawing)
        self.assets: dict[tuple[int, Drawing], Asset] = {}

    def asset(self, drawing: Drawing, alt: str, unit: Unit, by: Person) -> Asset:
        """Return the unit's asset of a drawing, stored on first use."""
        known = self.assets.get((unit.pk, drawing))
        if known is None:
            known = self.assets[unit.pk, drawing] = media.store_asset(
                self.drawn[drawing].result(),
                by=by,
                unit_id=unit.pk,
                alt=alt,
                credit=unit.short_name,
                rights=Rights.OWN,
                faces_checked=True,
            )
        return known

    def close(self) -> None:
        """Let the hands go."""
        self.pool.shutdown(cancel_futures=True)


def _draw(drawing: Drawing) -> Prepared:
    motif, seed = drawing
    return pipeline.prepare(io.BytesIO(pictures.draw(Picture(motif, seed, ""))), name=f"{motif}-{seed}.jpg")
