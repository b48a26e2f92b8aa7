"""Writes of the media library. Media stands beside units and knows no roles: who composes permits.

Here only an active person is required.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, TypedDict, Unpack, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from weiting import audit, jobs
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid, NotAllowed
from weiting.media import captions as caption_texts, queries, storage
from weiting.media.models import Asset, Kind, Rights
from weiting.media.pipeline import Prepared, prepare


class Description(TypedDict, total=False):
    """What people say about a file; what is left out stays as it is."""

    alt: str
    transcript: str
    captions: str
    credit: str
    rights: str
    rights_note: str
    consent_until: date | None
    poster: Asset | None
    faces_checked: bool


_PLAIN = ("alt", "transcript", "credit", "rights", "rights_note", "consent_until")


@dataclass(frozen=True)
class _UnitRef:
    """A unit known by its number only: media stands beside units and cannot hold one."""

    pk: int

    def __str__(self) -> str:
        return ""


def _unit(unit_id: int) -> models.Model:
    return cast(models.Model, _UnitRef(unit_id))


def _permit(by: AbstractBaseUser) -> None:
    if not by.is_active:
        raise NotAllowed(
            _("This sign-in is closed. Ask the administrator of your unit."),
            code="inactive",
        )


@action
def store_asset(
    file: BinaryIO | Prepared,
    *,
    by: AbstractBaseUser,
    unit_id: int,
    name: str = "",
    **said: Unpack[Description],
) -> Asset:
    """Keep an upload in a unit's library, or return the asset that unit already has of the same bytes.

    Hand in a `Prepared` where a page waits: preparing takes seconds and needs no transaction. What is said
    about a file that was there before is not changed. Raises Invalid, Unavailable or NotAllowed; then nothing
    is kept.
    """
    _permit(by)
    prepared = (
        file if isinstance(file, Prepared) else prepare(file, name=name or getattr(file, "name", "") or "")
    )
    with transaction.atomic():
        return _store(prepared, by, unit_id, said)


def _store(prepared: Prepared, by: AbstractBaseUser, unit_id: int, said: Description) -> Asset:
    _hold(prepared.sha256)
    for rendition in prepared.renditions:
        # The same file may have been taken out of use, or be on its way out at this moment.
        storage.bring_back(rendition["path"])
    known = queries.find_same(unit_id, prepared.sha256)
    if known is not None:
        return known
    asset = Asset(
        kind=prepared.kind,
        unit_id=unit_id,
        uploaded_by_id=by.pk,
        original_name=prepared.original_name,
        sha256=prepared.sha256,
        bytes=prepared.bytes,
        mime=prepared.mime,
        width=prepared.width,
        height=prepared.height,
        duration_ms=prepared.duration_ms,
        colour=prepared.colour,
        renditions=prepared.renditions,
    )
    _describe(asset, by, said)
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError:
        # The same file came in twice at once; the constraint let one through.
        known = queries.find_same(unit_id, prepared.sha256)
        if known is None:
            raise
        return known
    audit.record(
        "media.asset.store",
        by=by,
        subject=asset,
        unit=_unit(unit_id),
        sha256=asset.sha256,
        kind=asset.kind,
    )
    return asset


@action
def describe_asset(asset: Asset, *, by: AbstractBaseUser, **said: Unpack[Description]) -> Asset:
    """Write what is said about an asset; raise Conflict if it was retired, Invalid for unusable words."""
    _permit(by)
    current = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    _require_in_use(current)
    changed = _describe(current, by, said)
    if changed:
        current.save(update_fields=changed)
        audit.record(
            "media.asset.describe",
            by=by,
            subject=current,
            unit=_unit(current.unit_id),
            changed=sorted(changed),
        )
    return current


@action
def retire_asset(asset: Asset, *, by: AbstractBaseUser, reason: str) -> Asset:
    """Take an asset out of use, say why, and have its files no longer served.

    Raises Invalid without a reason and Conflict if it was retired before. Whether a text shows it is asked by
    publishing, which knows texts: faces call `publishing.actions.retire_media`.
    """
    _permit(by)
    reason = reason.strip()
    if not reason:
        sentence = _("Say why it is taken out of use.")
        raise Invalid(sentence, code="reason_missing", fields={"reason": [sentence]})
    current = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    _require_in_use(current)
    current.retired_at, current.retired_by_id, current.retired_reason = (
        clock.now(),
        by.pk,
        reason[:500],
    )
    current.save(update_fields=["retired_at", "retired_by", "retired_reason"])
    audit.record(
        "media.asset.retire",
        by=by,
        subject=current,
        unit=_unit(current.unit_id),
        reason=current.retired_reason,
    )
    jobs.defer("media.put_away", key=f"media.put_away:{current.sha256}", sha256=current.sha256)
    return current


def _hold(sha256: str) -> None:
    """Let nobody else bring in or put away the files of the same bytes until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def put_away(sha256: str) -> int:
    """Stop serving the files of these bytes unless a unit still has them in use; return how many were moved."""
    with transaction.atomic():
        _hold(sha256)
        rows = Asset.objects.filter(sha256=sha256)
        if rows.filter(retired_at=None).exists():
            return 0
        paths = {each["path"] for asset in rows for each in asset.renditions}
        for path in sorted(paths):
            storage.put_away(path)
        return len(paths)


def _require_in_use(asset: Asset) -> None:
    if asset.is_retired:
        raise Conflict(
            _("This file was already taken out of use. Upload it again if it is needed."),
            code="retired",
        )


def _describe(asset: Asset, by: AbstractBaseUser, said: Description) -> list[str]:
    """Set what is said on the asset; return the names of the columns that changed."""
    wanted: dict[str, Any] = {name: said[name] for name in _PLAIN if name in said}  # type: ignore[literal-required]
    if wanted.get("rights") and wanted["rights"] not in Rights.values:
        raise Invalid(_("Choose one of the reasons listed."), code="unknown_rights")
    wanted = {name: value.strip() if isinstance(value, str) else value for name, value in wanted.items()}
    if "captions" in said:
        wanted["captions"] = caption_texts.webvtt(said["captions"])
    if "poster" in said:
        wanted["poster_id"] = _poster_id(asset, said["poster"])
    changed = [name for name, value in wanted.items() if getattr(asset, name) != value]
    for name in changed:
        setattr(asset, name, wanted[name])
    if "faces_checked" in said and said["faces_checked"] != (asset.faces_checked_at is not None):
        asset.faces_checked_by_id = by.pk if said["faces_checked"] else None
        asset.faces_checked_at = clock.now() if said["faces_checked"] else None
        changed += ["faces_checked_by_id", "faces_checked_at"]
    return [name.removesuffix("_id") for name in changed]


def _poster_id(asset: Asset, poster: Asset | None) -> int | None:
    if poster is None:
        return None
    if poster.kind != Kind.PICTURE or poster.unit_id != asset.unit_id or poster.is_retired:
        raise Invalid(
            _("The still picture of a film must be a picture of the same unit."),
            code="bad_poster",
        )
    return poster.pk
