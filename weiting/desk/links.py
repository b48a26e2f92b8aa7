"""Draws a web address as a code that a telephone's camera reads."""

import qrcode  # type: ignore[import-untyped]  # it brings no types
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4


def qr_svg(text: str) -> SafeString:
    """Return a QR code as SVG: black on white whatever the colours of the page, so that cameras read it."""
    code = qrcode.QRCode(border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return format_html(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="240" height="240" '
        'shape-rendering="crispEdges" role="img" aria-hidden="true"><path fill="#fff" d="M0 0h{0}v{0}H0z"/>'
        '<path fill="#000" d="{1}"/></svg>',
        len(rows),
        squares,
    )
