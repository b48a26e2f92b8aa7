"""Reads of the media library. The caller says which units a person may see."""

from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from weiting.core.errors import NotFound
from weiting.core.paging import Page, keyset
from weiting.media.models import Asset


def library(
    unit_ids: Collection[int],
    *,
    kind: str = "",
    q: str = "",
    cursor: str = "",
    size: int = 24,
    retired: bool = False,
) -> Page[Asset]:
    """Page the assets of some units, newest first; `q` looks in descriptions, names and credits."""
    rows = Asset.objects.filter(unit_id__in=unit_ids, retired_at__isnull=not retired).select_related("poster")
    if kind:
        rows = rows.filter(kind=kind)
    for word in q.split()[:8]:
        rows = rows.filter(
            Q(alt__icontains=word) | Q(original_name__icontains=word) | Q(credit__icontains=word)
        )
    return keyset(rows, by="created_at", cursor=cursor, size=size)


def asset_for(public_id: str, *, unit_ids: Collection[int] | None = None) -> Asset:
    """Return an asset by its public id, within some units if given; raise NotFound otherwise."""
    rows = Asset.objects.select_related("poster").filter(public_id=public_id)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def assets_by_id(public_ids: Iterable[str]) -> dict[str, Asset]:
    """Return assets by their public ids in one query; unknown ids are left out."""
    rows = Asset.objects.select_related("poster").filter(public_id__in=list(public_ids))
    return {asset.public_id: asset for asset in rows}


def find_same(unit_id: int, sha256: str) -> Asset | None:
    """Return the asset in use that a unit has of the same bytes."""
    return Asset.objects.filter(unit_id=unit_id, sha256=sha256, retired_at=None).first()
