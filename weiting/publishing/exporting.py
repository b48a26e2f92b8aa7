"""Writes down what went to a connection, with its receipts, as a ZIP that opens without this product."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from html import escape
from typing import IO, Any

from django.utils.translation import gettext as _

from weiting.channels import words
from weiting.channels.models import Connection
from weiting.core import clock
from weiting.publishing.delivery.texts import address_of
from weiting.publishing.models import Delivery, Receipt
from weiting.publishing.sent import title_of, with_texts

COLUMNS = (
    "delivery", "act", "state", "title", "queued_at", "settled_at", "url_in_hall", "external_id", "url", "at", "way",
    "by", "digest", "content_hash", "standing", "checked_at", "code", "why",
)  # fmt: skip
# A cell that begins so is a formula for spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t")


def rows_of(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield everything that ever was to go to a connection, with its receipt, oldest first."""
    found = (
        with_texts(Delivery.objects.filter(connection=connection))
        .select_related("receipt__by")
        .order_by("pk")
    )
    for each in found.iterator(chunk_size=500):
        receipt: Receipt | None = getattr(each, "receipt", None)
        about = each.release.post or each.release.issue
        yield {
            "delivery": each.public_id,
            "act": each.act,
            "state": each.state,
            "title": title_of(each),
            "queued_at": _moment(each.queued_at),
            "settled_at": _moment(each.settled_at),
            "url_in_hall": address_of(about) if about is not None else "",
            "external_id": receipt.external_id if receipt else "",
            "url": receipt.url if receipt else "",
            "at": _moment(receipt.at) if receipt else "",
            "way": receipt.way if receipt else "",
            "by": receipt.by.name if receipt and receipt.by else "",
            "digest": receipt.digest if receipt else "",
            "content_hash": each.release.content_hash,
            "standing": receipt.standing if receipt else "",
            "checked_at": _moment(receipt.checked_at) if receipt else "",
            "code": each.code,
            "why": each.why,
        }


def _moment(at: Any) -> str:
    return clock.local(at).isoformat(timespec="seconds") if at else ""


def write_export(connection: Connection, file: IO[bytes]) -> int:
    """Write what went to a connection as a ZIP that opens without this product; return how many rows."""
    rows = list(rows_of(connection))
    head = {
        "unit": connection.unit.name,
        "connection": connection.name,
        "kind": connection.kind,
        "account": connection.account.handle if connection.account else "",
        "state": connection.state,
        "reason": connection.state_reason,
        "exported_at": _moment(clock.now()),
        "deliveries": len(rows),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("deliveries.json", json.dumps({**head, "rows": rows}, ensure_ascii=False, indent=1))
        packed.writestr("deliveries.csv", _csv(rows))
        packed.writestr("index.html", _page(head, rows))
    return len(rows)


def _csv(rows: list[dict[str, Any]]) -> str:
    made = io.StringIO()
    table = csv.DictWriter(made, COLUMNS)
    table.writeheader()
    for row in rows:
        table.writerow(
            {name: f"'{said}" if str(said).startswith(FORMULA) else said for name, said in row.items()}
        )
    # The mark that tells spreadsheets it is UTF-8.
    return "\ufeff" + made.getvalue()


def _page(head: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    title = escape(_("What went to “%(name)s”") % {"name": head["connection"]})
    about = " · ".join(
        str(each) for each in (head["unit"], words.name_of(head["kind"]), head["account"]) if each
    )
    names = (_("Text"), _("State"), _("Time"), _("Where it stands"))
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(_row(row, str(head["kind"])) for row in rows)
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><h1>{title}</h1><p>{escape(about)} · {head['exported_at']}</p>"
        f'<table border="1"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></html>'
    )


def _row(row: dict[str, Any], kind: str) -> str:
    said = words.outcome(row["state"], code=row["code"], kind=kind, why=row["why"], act=row["act"])
    cells = (
        _link(row["url_in_hall"], row["title"]),
        escape(said),
        row["at"] or row["queued_at"],
        _link(row["url"]),
    )
    return "<tr>" + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"


def _link(url: str, text: str = "") -> str:
    said = escape(text or url)
    if not url.startswith(("https://", "http://")):
        return said
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{said}</a>'
