"""What somebody needs who puts a text on a platform by hand: the words as it takes them, and the files, as a ZIP."""

import zipfile
from typing import IO

from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.channels.ports import Rendered
from weiting.core.errors import NotFound
from weiting.publishing import access, previews
from weiting.publishing.delivery.texts import text_of_release
from weiting.publishing.models import Act, Delivery
from weiting.units.access import reach_q


def delivery_by_hand(person: Person, public_id: str) -> Delivery:
    """Return a delivery of a unit whose texts a person plans; raise NotFound."""
    rows = Delivery.objects.filter(reach_q(person, access.PLAN, "connection__unit"), public_id=public_id)
    found = rows.select_related(
        "connection__unit", "connection__account", "of__receipt", "receipt__by",
        "release__post__column", "release__post__unit", "release__revision", "release__issue__unit",
        "release__correction",
    ).first()  # fmt: skip
    if found is None:
        raise NotFound(_("This page does not exist, or it is not for you."))
    return found


def rendered(delivery: Delivery) -> Rendered:
    """Return exactly what is to stand there."""
    act = Act.SEND if delivery.act == Act.WITHDRAW else delivery.act
    return previews.rendered(delivery.connection, text_of_release(delivery.release), act)


def write_pack(sent: Rendered, file: IO[bytes]) -> None:
    """Write the text and the files with their descriptions as a ZIP."""
    names = [f"{n:02}-{_safe(each.name)}" for n, each in enumerate(sent.media, 1)]
    said = [sent.text, ""]
    if names:
        said.append(_("Files, and what they show:"))
    said += [f"{name}: {each.alt}" for name, each in zip(names, sent.media, strict=True)]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        # With the mark that tells old text programs it is UTF-8.
        packed.writestr("text.txt", "\ufeff" + "\r\n".join("\n".join(said).split("\n")))
        for name, each in zip(names, sent.media, strict=True):
            packed.writestr(name, each.open())


def _safe(name: str) -> str:
    """Return a file's name without what could lead out of a folder."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return (
        "".join(sign for sign in bare if sign.isprintable() and sign not in ':*?"<>|').lstrip(".")[-80:]
        or "file"
    )
